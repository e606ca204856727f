/*
 * Every way through the door can be gone: with the keys alone, with a
 * browser that runs no script, and in whatever language one goes on.
 */
import { code, language, must, pages, press, run, same, turn, url, visitor }
	from "./browser.mjs";

const LETTER = "Õhtul ma ei maga. </textarea> <b>\"& 'kaks' rida\nja veel";
const others = ["id", "et", "en"].filter((code) => code !== language);

/* Where the keys are, and whether one sees that. */
function stop() {
	const e = document.activeElement;
	const box = e.getBoundingClientRect();
	const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
	const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
	const over = document.elementFromPoint(x, y);
	const style = getComputedStyle(e);

	return {
		name: e === document.body ? "" : e.id || e.value ||
		    e.getAttribute("href") || e.tagName.toLowerCase(),
		seen: box.width > 0 && box.left >= 0 &&
		    box.right <= innerWidth && (e === over ||
		    e.contains(over)),
		marked: style.outlineStyle !== "none" &&
		    parseFloat(style.outlineWidth) >= 2,
	};
}

/* The names of all that the key comes to, until there is no more, or max. */
async function tab_through(page, key, max = 60) {
	const names = [];

	for (;;) {
		await page.keyboard.press(key);
		const at = await page.evaluate(stop);

		if (at.name === "" || names.length === max)
			return names;
		must(at.seen, `'${at.name}' is not seen when it has the keys`);
		must(at.marked, `'${at.name}' does not show that it has the keys`);
		names.push(at.name);
	}
}

/* Tab to this one and press. */
async function go_to(page, name, key) {
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press("Tab");
		if ((await page.evaluate(stop)).name === name) {
			await page.keyboard.press(key);
			return;
		}
	}
	throw new Error(`Tab does not come to '${name}'`);
}

async function go_to_page(page, name) {
	await turn(page, () => go_to(page, name, "Enter"));
}

async function heading(page) {
	return page.textContent("h1");
}

async function with_keys(browser, viewport) {
	const page = await visitor(browser, { viewport });

	await page.goto(url);
	const contacts = await page.$$eval(".contacts a", (links) =>
	    links.map((link) => link.getAttribute("href")));
	must(contacts.length > 0, "there is nobody to call");
	const stops = ["#main", "leave",
	    ...["id", "et", "en"].filter((code) => code !== language),
	    "open", ...contacts, "text", "keep", "summary", "send",
	    ...await page.$$eval("footer button", (buttons) =>
	    buttons.map((button) => button.value))];
	same(await tab_through(page, "Tab"), stops, "order of the keys");
	same(await tab_through(page, "Shift+Tab", stops.length),
	    stops.reverse(), "order of the keys backwards");

	await page.goto(url);
	await page.focus("#text");
	await page.keyboard.type("a letter");
	await page.keyboard.press("Enter");
	await page.keyboard.type("of two lines");
	await go_to(page, "summary", "Enter");
	must(await page.$eval("details", (e) => e.open), "details do not open");
	await go_to(page, "age-12", "ArrowDown");
	must(await page.isChecked("#age-18"), "the keys choose no age");
	await go_to(page, "area-school", "Space");
	must(await page.isChecked("#area-school"), "the keys choose no area");
	await go_to(page, "question-hope", "a");
	await page.focus(".skip");
	await go_to_page(page, others[0]);
	same(await page.getAttribute("html", "lang"), others[0],
	    "language by the keys");
	same(await page.inputValue("#text"), "a letter\nof two lines",
	    "text after another language");
	must(await page.isChecked("#age-18"), "age after another language");
	await pages.lost(page);
	await go_to_page(page, "now");
	must(await page.isVisible(".contacts"), "help is not shown");
	await go_to_page(page, "form");
	must(await page.isVisible("#text"), "no way back to the form");
	await page.context().close();
}

/* Enter in a line of the form sends; it does not change the language. */
async function enter_sends(browser, script) {
	const page = await visitor(browser, { javaScriptEnabled: script });
	let sent = "";

	await page.goto(url);
	await page.fill("#text", "a letter");
	await page.click("summary");
	page.on("request", (request) => {
		if (request.method() === "POST")
			sent = request.postData() || "";
	});
	await page.focus("#gender");
	const asked = page.waitForRequest((r) => r.method() === "POST");
	await page.keyboard.press("Enter");
	await asked;
	must(/name="do"\s+send\s/.test(sent), `Enter asks for: ${sent}`);
	must(!/name="to"/.test(sent), "Enter changes the language");
	await page.context().close();
}

async function as_typed(page, where) {
	same(await page.inputValue("#text"), LETTER, `text ${where}`);
	same(await page.inputValue("#gender"), "\"><i>", `gender ${where}`);
	must(await page.isChecked("#area-school"), `area ${where}`);
	must(!await page.isChecked("#area-family"), `no area ${where}`);
	same(await page.inputValue("#question-hope"), LETTER,
	    `answer ${where}`);
	must(await page.isChecked("#age-26"), `age ${where}`);
	must(await page.$eval("details", (e) => e.open),
	    `details are closed ${where}`);
}

/* Both with and without a script. */
async function through(browser, script) {
	const how = script ? "with a script" : "without a script";
	const page = await visitor(browser, { javaScriptEnabled: script });

	await page.goto(url);
	same(await page.isVisible("#keep"), script, `draft offered ${how}`);
	await page.fill("#text", LETTER);
	await page.click("summary");
	await page.fill("#gender", "\"><i>");
	await page.check("#age-26");
	await page.check("#area-school");
	await page.fill("#question-hope", LETTER);
	for (const code of [...others, language]) {
		await press(page, `nav button[value=${code}]`);
		same(await page.getAttribute("html", "lang"), code,
		    `language ${how}`);
		await as_typed(page, `in ${code} ${how}`);
	}
	const form = await heading(page);
	await pages.now(page);
	same(page.url(), url, `address of help ${how}`);
	const now = await heading(page);
	must(now !== form, `no page for help right now ${how}`);
	await press(page, `nav button[value=${others[0]}]`);
	must(await heading(page) !== now, `help is not translated ${how}`);
	must(await page.isVisible(".contacts"), `help is lost ${how}`);
	await press(page, `nav button[value=${language}]`);
	same(await heading(page), now, `help translated back ${how}`);
	await press(page, "footer button[value=form]");
	same(await heading(page), form, `back at the form ${how}`);
	await pages.lost(page);
	await press(page, "footer button[value=form]");
	same([page.url(), await heading(page)], [url, form],
	    `from a wrong address ${how}`);
	await page.context().close();
}

async function code_of(page) {
	const parts = await page.$$eval(".secret", (all) =>
	    all.map((one) => one.textContent.trim()));

	return parts.join(" ").split(/\s+/);
}

/* A letter and its code: in words, in digits, as a file, and tried. */
async function letter(browser, script) {
	const how = script ? "with a script" : "without a script";
	const page = await visitor(browser, { javaScriptEnabled: script });

	await page.goto(url);
	await page.fill("#text", LETTER);
	await press(page, "#letter > button[value=send]");
	const words = await code_of(page);
	same(words.length, 8, `words of the code ${how}`);
	same(await page.isVisible("#print"), script, `print offered ${how}`);
	await press(page, "button[value=digits]");
	const digits = (await code_of(page)).join("");
	must(/^[0-9]{32}$/.test(digits), `digits of the code ${how}: ${digits}`);
	await press(page, "button[value=words]");
	same(await code_of(page), words, `words again ${how}`);
	const saved = page.waitForEvent("download");
	await page.click("button[value=file]");
	must(!/code|letter|teduh/i.test((await saved).suggestedFilename()),
	    `name of the file ${how}`);
	for (const [field, key] of [["#back-one", "one"], ["#back-two", "two"]]) {
		const label = await page.textContent(
		    `label[for=back-${key}]`);

		await page.fill(field, words[/[0-9]+/.exec(label)[0] - 1]
		    .toUpperCase());
	}
	await press(page, "button[value=compare]");
	must(await page.isVisible(".back [role=status]"),
	    `the right words are not right ${how}`);
	await page.fill("#back-one", "x");
	await press(page, "button[value=compare]");
	must(await page.isVisible(".back [role=alert]"),
	    `a wrong word is right ${how}`);
	await press(page, `nav button[value=${others[0]}]`);
	must(JSON.stringify(await code_of(page)) !== JSON.stringify(words),
	    `the code is not in the words of ${others[0]} ${how}`);
	await press(page, `nav button[value=${language}]`);
	same(await code_of(page), words, `the code in ${language} ${how}`);
	await page.reload();
	same(await code_of(page), words, `the code after a reload ${how}`);
	await press(page, "footer button[value=form]");
	same(await page.inputValue("#text"), "", `a new letter ${how}`);
	await page.context().close();
}

async function letters(page) {
	return page.$$eval("article .words", (all) =>
	    all.map((one) => one.textContent.trim()));
}

/* What is wrong with a code is said, and what was typed stays. */
async function wrong_code(browser, script) {
	const how = script ? "with a script" : "without a script";
	const page = await visitor(browser, { javaScriptEnabled: script });
	const typed = "  One, two\nthree";

	await pages.open(page);
	await page.fill("#code", typed);
	await press(page, "#open button[value=read]");
	must(await page.isVisible("#problem"), `nothing is said ${how}`);
	if (script)
		same(await page.evaluate(() => document.activeElement.id),
		    "problem", "where the keys are after a wrong code");
	same(await page.inputValue("#code"), typed, `a wrong code ${how}`);
	const said = await page.textContent("#problem");
	await press(page, `nav button[value=${others[0]}]`);
	same(await page.inputValue("#code"), typed, `in another language ${how}`);
	await page.fill("#code", code.replace(/^..../, "0000"));
	await press(page, "#open button[value=read]");
	must(await page.textContent("#problem") !== said,
	    `two mistakes are said alike ${how}`);
	same(page.url(), url, `address after a wrong code ${how}`);
	await page.context().close();
}

/* The mailbox: read, in each language, with its files; and written again. */
async function mailbox(browser, script) {
	const how = script ? "with a script" : "without a script";
	const page = await visitor(browser, { javaScriptEnabled: script });

	await pages.box(page);
	same(page.url(), url, `address of the mailbox ${how}`);
	const before = await letters(page);
	must((await page.textContent("article.ours")).includes("Dear you"),
	    `no answer ${how}`);
	same(await page.$$eval("[aria-current=step]", (all) => all.length), 1,
	    `steps where it stands ${how}`);
	await page.fill("#text", LETTER);
	for (const there of [...others, language]) {
		await press(page, `nav button[value=${there}]`);
		same(await letters(page), before, `letters in ${there} ${how}`);
		same(await page.inputValue("#text"), LETTER,
		    `text in ${there} ${how}`);
	}
	for (const end of [".pdf", ".png"]) {
		const saved = page.waitForEvent("download");

		await page.click(`.files button:has-text("${end}")`);
		const name = (await saved).suggestedFilename();
		must(name.endsWith(`-1${end}`) && !/plan|letter|teduh/.test(name),
		    `name of a file ${how}: ${name}`);
	}
	await press(page, "#again button[value=write]");
	must(await page.isVisible("[role=status].news"), `not said ${how}`);
	same(await letters(page), [LETTER, ...before], `written again ${how}`);
	same(await page.inputValue("#text"), "", `the field again ${how}`);
	await turn(page, () => page.reload());
	if (script) {
		same(await letters(page), [], "letters after a reload");
	} else {
		same(await letters(page), [LETTER, ...before], "sent once more");
		await press(page, "footer button[value=form]");
		same(await letters(page), [], "letters on the form");
	}
	await page.context().close();
}

async function mailbox_with_keys(browser) {
	const page = await visitor(browser, { viewport: { width: 320,
	    height: 640 } });

	await page.goto(url);
	await go_to_page(page, "open");
	await go_to(page, "code", code[0]);
	await page.keyboard.type(code.slice(1));
	await go_to_page(page, "read");
	must((await letters(page)).length >= 2, "no letters by the keys");
	const names = await tab_through(page, "Tab");
	for (const name of ["fetch", "text", "file", "write", "form", "now"])
		must(names.includes(name), `the keys do not come to '${name}'`);
	await go_to(page, "text", "K");
	await page.keyboard.type("eys");
	await go_to_page(page, "write");
	same((await letters(page))[0], "Keys", "written by the keys");
	await page.context().close();
}

/* From nothing to the code without touching anything but keys. */
async function letter_with_keys(browser) {
	const page = await visitor(browser);

	await page.goto(url);
	await go_to(page, "text", "a");
	await page.keyboard.type(" letter");
	await go_to_page(page, "send");
	same((await code_of(page)).length, 8, "words of the code by the keys");
	await go_to_page(page, "digits");
	must(await page.isVisible(".digits"), "no digits by the keys");
	await go_to(page, "back-one", "1");
	await go_to_page(page, "compare");
	must(await page.isVisible(".back [role=alert]"), "nothing is compared");
	await page.context().close();
}

/* The line breaks while a letter is sent: it is still here. */
async function broken_line(browser) {
	const page = await visitor(browser);

	await page.goto(url);
	await page.fill("#text", LETTER);
	await page.route("**/*", (route) => route.abort());
	await page.click("#letter > button[value=send]");
	await page.waitForSelector("#unsent:not([hidden])");
	same(await page.inputValue("#text"), LETTER, "text after a broken line");
	same(await page.evaluate(() => document.activeElement.id), "unsent",
	    "where the keys are after a broken line");
	await page.unroute("**/*");
	await press(page, `nav button[value=${others[0]}]`);
	same(await page.inputValue("#text"), LETTER, "text when it holds again");
	must(await page.isHidden("#unsent"), "still said to be unsent");
	await page.context().close();
}

run(async (browser) => {
	await with_keys(browser, { width: 1000, height: 800 });
	await with_keys(browser, { width: 320, height: 640 });
	for (const script of [true, false]) {
		await through(browser, script);
		await enter_sends(browser, script);
		await letter(browser, script);
		await wrong_code(browser, script);
		await mailbox(browser, script);
	}
	await mailbox_with_keys(browser);
	await letter_with_keys(browser);
	await broken_line(browser);
});
