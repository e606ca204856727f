/*
 * A picture of every page of the web door; dev/pictures.py calls it, with
 * two more arguments than tests/web/browser.mjs knows: codes and links as
 * JSON, and the folder for the pictures.
 */
import { OTHERS, language, must, pages, press, run, url, visitor }
	from "../tests/web/browser.mjs";

const told = JSON.parse(process.argv[7]);
const folder = process.argv[8];

async function secrets(page) {
	return page.$$eval(".secret", (all) => all.map((e) => e.textContent));
}

async function open(page, code) {
	await pages.open(page);
	await page.fill("#code", code);
	await press(page, "#open button[value=read]");
	await page.waitForSelector(".status");
}

/* What else can be done with an open mailbox, and what the page says then. */
async function wishes(page, keep) {
	await open(page, told.wished);
	for (const wish of ["other", "unhappy"]) {
		await page.click(OTHERS);
		await press(page, `details button[value=${wish}]`);
		await page.waitForSelector(".news");
		await keep(wish);
	}
	await page.fill("#text", "Thank you.");
	await page.waitForTimeout(3000);	/* not as fast as a machine */
	await press(page, "#again button[value=write]");
	await page.waitForSelector(".news");
	await keep("again");
	await pages.erased(page);
	await press(page, "button[value=unerase]");
	await page.waitForSelector(".news");
	await keep("unerased");
}

/* Who wrote by mail and has a mailbox, too, chooses how to be answered. */
async function mode(page, code, keep) {
	await open(page, code);
	await page.click("details:has(button[value=mode-notice]) > summary");
	await keep("modes");
	await press(page, "button[value=mode-notice]");
	await page.waitForSelector(".news");
	await keep("noted");
}

async function once(page, link, keep) {
	await page.goto(`${url}${link}`);
	await keep("once");
	await press(page, "button[value=code]");
	await page.waitForSelector(".secret");
	await keep("once-code");
	const code = (await secrets(page)).join(" ");
	await page.goto(`${url}l/${"0".repeat(26)}`);
	await press(page, "button[value=code]");
	await keep("once-gone");
	await mode(page, code, keep);
}

async function right(page, keep) {
	await pages.sent(page);
	const words = (await secrets(page)).join(" ").trim().split(/\s+/);

	for (const one of ["one", "two"]) {
		const label = await page.textContent(`label[for=back-${one}]`);

		await page.fill(`#back-${one}`,
		    words[Number(label.match(/\d+/)[0]) - 1]);
	}
	await press(page, "button[value=compare]");
	await page.waitForSelector("[role=status]");
	await keep("right");
	await page.emulateMedia({ media: "print" });
	await keep("printed");
	await page.emulateMedia({ media: "screen" });
}

run(async (browser) => {
	for (const [width, link] of Object.entries(told.links)) {
		const page = await visitor(browser, { viewport: {
		    width: Number(width), height: width < 500 ? 640 : 800 } });
		const keep = async (name) => {
			await page.evaluate(() => window.scrollTo(0, 0));
			await page.screenshot({ fullPage: true,
			    path: `${folder}/${name}-${language}-${width}.png` });
			must(true, name);
		};

		for (const [name, reach] of Object.entries(pages)) {
			await reach(page);
			await keep(name);
		}
		await right(page, keep);
		for (const state of ["received", "reading", "coming"]) {
			await open(page, told[state]);
			await keep(state);
		}
		await wishes(page, keep);
		await once(page, link, keep);
		await page.context().close();
	}
});
