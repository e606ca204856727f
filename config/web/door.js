/*
 * Nothing here is needed: the pages work without.  It counts what may still
 * be written, keeps a draft in this tab when the writer ticks that, prints,
 * and leaves so that "back" does not come here again.
 */
"use strict";

(function () {
	var text = document.getElementById("text");
	var left = document.getElementById("text-left");
	var keep = document.getElementById("keep");
	var leave = document.getElementById("leave");
	var print = document.getElementById("print");
	var problem = document.getElementById("problem");
	var hidden = document.querySelectorAll(".only-script");
	var key = "letter";
	var i;

	for (i = 0; i < hidden.length; i++)
		hidden[i].hidden = false;

	function forget() {
		try {
			sessionStorage.removeItem(key);
		} catch (e) {
			/* no storage: nothing was kept */
		}
	}

	function count() {
		var rest = text.maxLength - text.value.length;

		left.textContent = rest > 2000 ? "" :
		    text.dataset.left.replace("{left}", String(rest));
		if (keep !== null && keep.checked) {
			try {
				sessionStorage.setItem(key, text.value);
			} catch (e) {
				keep.checked = false;
			}
		}
	}

	if (text !== null && left !== null)
		text.addEventListener("input", count);
	if (keep !== null) {
		try {
			if (sessionStorage.getItem(key) !== null) {
				keep.checked = true;
				if (text.value === "")
					text.value = sessionStorage.getItem(key);
			}
		} catch (e) {
			keep.disabled = true;
		}
		keep.addEventListener("change", function () {
			if (keep.checked)
				count();
			else
				forget();
		});
	} else
		forget();	/* sent, or another page: nothing stays */

	if (leave !== null)
		leave.addEventListener("click", function (event) {
			event.preventDefault();
			forget();
			document.body.hidden = true;
			location.replace(leave.href);
		});
	if (print !== null)
		print.addEventListener("click", function () {
			window.print();
		});
	if (problem !== null)
		problem.focus();
}());
