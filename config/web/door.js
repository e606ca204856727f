/*
 * Nothing here is needed: the pages work without.  It counts what may still
 * be written, keeps a draft in this tab when the writer ticks that, prints,
 * keeps what was typed when the line breaks, and leaves so that "back" does
 * not come here again.
 */
"use strict";

(function () {
	var text = document.getElementById("text");
	var left = document.getElementById("text-left");
	var keep = document.getElementById("keep");
	var leave = document.getElementById("leave");
	var print = document.getElementById("print");
	var go = document.getElementById("go");
	var problem = document.getElementById("problem");
	var unsent = document.getElementById("unsent");
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

	/* So that whoever comes here next does not see this code. */
	function ask_for_form() {
		var data = new FormData(go);

		data.append("do", "form");
		if (navigator.sendBeacon)
			navigator.sendBeacon(go.getAttribute("action"), data);
	}

	function show(element) {
		element.hidden = false;
		element.setAttribute("role", "alert");
		element.focus();
	}

	/* The answer takes the place of this page; place: its address. */
	function become(place, html) {
		var title;

		history.replaceState(null, "", place);
		document.open();
		document.write(html);
		document.close();
		window.scrollTo(0, 0);
		title = document.querySelector("h1");
		if (title !== null) {
			title.tabIndex = -1;
			title.focus();
		}
	}

	/*
	 * A form that the browser sends leaves one more page behind "back", and
	 * an error page when the line breaks, without what was typed.  So we
	 * send it ourselves; but a file to be saved is the browser's work.
	 */
	function send(event) {
		var button = event.submitter;
		var busy = document.body.getAttribute("aria-busy") !== null;
		var place = event.target.getAttribute("action");
		var data;

		if (!button || !window.fetch || button.value === "fetch" ||
		    button.value === "file" || button.value === "download")
			return;
		event.preventDefault();
		if (busy)
			return;
		data = new FormData(event.target);
		data.append(button.name, button.value);
		document.body.setAttribute("aria-busy", "true");
		unsent.hidden = true;
		fetch(place, {
			method: "POST", body: data, credentials: "same-origin"
		}).then(function (answer) {
			var type = answer.headers.get("Content-Type") || "";

			if (answer.status >= 500 || type.indexOf("text/html") !== 0)
				throw new Error("no page");
			return answer.text();
		}).then(become.bind(null, place)).catch(function () {
			document.body.removeAttribute("aria-busy");
			show(unsent);
		});
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
	} else if (print !== null)
		forget();	/* sent */

	if (leave !== null)
		leave.addEventListener("click", function (event) {
			event.preventDefault();
			forget();
			if (print !== null && go !== null)
				ask_for_form();
			document.body.hidden = true;
			location.replace(leave.href);
		});
	if (print !== null)
		print.addEventListener("click", function () {
			window.print();
		});
	if (unsent !== null)
		document.addEventListener("submit", send);
	if (problem !== null)
		problem.focus();
	document.body.setAttribute("data-ready", "");	/* tests wait for it */
}());
