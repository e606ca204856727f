/*
 * What stays in a browser after somebody was at the door: nothing that they
 * did not ask for.  And nobody else learns that they were there.
 */
import { code, elsewhere, must, pages, press, run, same, url, visitor }
	from "./browser.mjs";

/* What a page may leave in the browser, whole. */
async function kept(page) {
	return page.evaluate(async () => ({
		session: { ...sessionStorage },
		local: { ...localStorage },
		databases: (await indexedDB.databases()).length,
		caches: "caches" in window ? (await caches.keys()).length : 0,
		workers: "serviceWorker" in navigator ?
		    (await navigator.serviceWorker.getRegistrations()).length : 0,
		name: window.name,
	}));
}

const NOTHING = { session: {}, local: {}, databases: 0, caches: 0,
    workers: 0, name: "" };

/* Pages with a code: the one cookie that there is shows it again. */
const sent = ["sent", "digits", "wrong"];

function bounded(cookie) {
	const left = cookie.expires - Date.now() / 1000;

	return `${cookie.name} ${cookie.sameSite} ` +
	    `${cookie.httpOnly ? "hidden" : "open"} ` +
	    `${left > 0 && left < 660 ? "short" : "long"}`;
}

/* No request to another place, no cookie, nothing kept. */
async function alone(browser) {
	for (const [name, reach] of Object.entries(pages)) {
		const page = await visitor(browser);
		const asked = [];
		const refused = [];

		page.context().on("request", (r) => asked.push(r.url()));
		page.on("console", (said) => refused.push(said.text()));
		await reach(page);
		must(asked.length >= 3, `${name}: no request was seen`);
		for (const one of asked)
			must(one.startsWith(url) || one === "data:,",
			    `${name} asks ${one}`);
		/* where a line breaks or a page is missing, that is said */
		if (!["unsent", "lost", "now"].includes(name))
			same(refused, [], `${name}: what the browser refused`);
		same((await page.context().cookies()).map(bounded),
		    sent.includes(name) ? ["v Strict hidden short"] : [],
		    `${name}: cookies`);
		same(await kept(page), NOTHING, `${name}: kept`);
		await page.context().close();
	}
}

async function draft(browser) {
	const page = await visitor(browser);

	await page.goto(url);
	await page.fill("#text", "not kept");
	same(await kept(page), NOTHING, "kept without being asked");
	await page.reload();
	same(await page.inputValue("#text"), "", "text that nobody kept");
	await page.check("#keep");
	await page.fill("#text", "kept");
	same(await kept(page), { ...NOTHING, session: { letter: "kept" } },
	    "kept when asked");
	await page.reload();
	same(await page.inputValue("#text"), "kept", "the draft");
	must(await page.isChecked("#keep"), "the draft is not said to be kept");
	await pages.now(page);
	await press(page, "footer button[value=form]");
	same(await page.inputValue("#text"), "kept", "the draft after help");
	await page.uncheck("#keep");
	same(await kept(page), NOTHING, "kept against a wish");
	await page.reload();
	same(await page.inputValue("#text"), "", "text against a wish");
	await page.check("#keep");
	await page.fill("#text", "kept again");
	await page.click("#leave");
	await page.waitForURL(elsewhere);
	await page.goto(url);
	same(await page.inputValue("#text"), "", "text after leaving");
	same(await kept(page), NOTHING, "kept after leaving");
	await page.context().close();
}

/* A letter that was sent stays nowhere in the browser, nor does its code. */
async function after_sending(browser) {
	const page = await visitor(browser);

	await page.goto(url);
	await page.check("#keep");
	await page.fill("#text", "kept until it is sent");
	await press(page, "#letter > button[value=send]");
	const code = await page.textContent(".secret");
	same(await kept(page), NOTHING, "kept after sending");
	must(!JSON.stringify(await page.context().cookies()).includes(code),
	    "the code stands in a cookie");
	same(page.url(), url, "address of the page with the code");
	await page.click("#leave");
	await page.waitForURL(elsewhere);
	while ((await page.context().cookies()).length > 0)
		await page.waitForTimeout(50);
	await page.goto(url);
	must(await page.isVisible("#text"), "whoever comes next sees the code");
	same(await page.inputValue("#text"), "", "text after sending");
	await page.context().close();
}

/* The mailbox leaves nothing behind, wherever one goes from it. */
async function after_reading(browser) {
	const page = await visitor(browser);

	await page.goto(`${elsewhere}before`);
	await pages.box(page);
	same(page.url(), url, "address of the mailbox");
	must(!(await page.innerText("body")).replace(/\s/g, "")
	    .includes(code.replace(/\s/g, "")), "the code is shown");
	same(await kept(page), NOTHING, "kept after reading");
	await page.click("#leave");
	await page.waitForURL(elsewhere);
	await page.goBack();
	same(page.url(), `${elsewhere}before`, "back after reading");
	await page.goto(url);
	must(!await page.isVisible("article"), "letters for who comes next");
	same(await page.context().cookies(), [], "cookies after reading");
	await page.context().close();
}

/* How many letters are left, said only near the end. */
async function count(browser) {
	const page = await visitor(browser);

	await page.goto(url);
	await page.fill("#text", "a".repeat(1000));
	same(await page.textContent("#text-left"), "", "counted too early");
	await page.fill("#text", "a".repeat(59000));
	must((await page.textContent("#text-left")).includes(" 1000 "),
	    "1000 letters are left and that is not said");
	await page.context().close();
}

/*
 * Leaving: the other page stands in the address bar, and "back" leads to
 * where one was before the door, not into it.
 */
async function leave(browser, ways, text = " ") {
	const page = await visitor(browser);

	await page.goto(`${elsewhere}before`);
	await page.goto(url);
	await page.fill("#text", text);
	for (const way of ways)
		await press(page, way);
	same(page.url(), url, "an address that tells something");
	await page.click("#leave");
	await page.waitForURL(elsewhere);
	await page.goBack();
	same(page.url(), `${elsewhere}before`, `back after ${ways.length} pages`);
	await page.goForward();
	same(page.url(), elsewhere, "forward again");
	await page.context().close();
}

/* Without a script the button is a link to the same place. */
async function leave_by_link(browser) {
	const page = await visitor(browser, { javaScriptEnabled: false });

	await page.goto(url);
	await page.click("#leave");
	await page.waitForURL(elsewhere);
	same(await page.title(), "Weather", "where the link leads");
	await page.context().close();
}

run(async (browser) => {
	await alone(browser);
	await draft(browser);
	await after_sending(browser);
	await after_reading(browser);
	await count(browser);
	await leave(browser, []);
	await leave(browser, ["nav button[value=et]", "nav button[value=id]",
	    "#letter > button[value=send]"]);
	await leave(browser, ["#letter > button[value=send]",
	    "button[value=digits]", "nav button[value=id]"], "a letter");
	await leave_by_link(browser);
});
