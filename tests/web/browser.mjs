/*
 * What the tests of the web door share: a Chromium of their own, the pages
 * that can be reached, and findings that are printed one a line.  Called as
 *
 *   node X.mjs URL MODULES LANGUAGE ELSEWHERE CODE
 *
 * URL: where a door stands that runs for this test only; MODULES: a folder
 * with node_modules; ELSEWHERE: a page of another site, which is also where
 * "leave" goes; CODE: of a letter with a file, and of an answer to it with
 * another.  Exit code 0: nothing was found.
 */
import { createRequire } from "node:module";

export const [url, modules, language, elsewhere, code] =
    process.argv.slice(2);
export const require = createRequire(`${modules}/package.json`);

const { chromium } = require("playwright-core");
const findings = [];
let checked = 0;

/* One thing that must be so. */
export function must(truth, what) {
	checked++;
	if (!truth)
		findings.push(what);
}

export function same(is, wanted, what) {
	must(JSON.stringify(is) === JSON.stringify(wanted),
	    `${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
}

/* Tell what was found. A test that checked nothing has failed. */
export async function run(tell) {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
		args: process.getuid() === 0 ? ["--no-sandbox"] : [],
	});

	try {
		await tell(browser);
	} catch (e) {
		findings.push(e.stack);
	} finally {
		await browser.close();
	}
	if (checked === 0)
		findings.push("nothing was checked");
	for (const one of findings)
		console.log(one);
	console.log(`${checked} checked, ${findings.length} found`);
	process.exitCode = findings.length === 0 ? 0 : 1;
}

/* A browser window of somebody who was never here. */
export async function visitor(browser, options = {}) {
	const context = await browser.newContext({
		locale: language,
		viewport: { width: 1000, height: 800 },
		...options,
	});

	context.scriptless = options.javaScriptEnabled === false;
	context.setDefaultTimeout(60000);
	return context.newPage();
}

/*
 * Do something that brings a page, and wait until it is whole.  It has the
 * same address; with a script it takes the place of the one before without
 * the browser's going anywhere, which is seen by the body being another one,
 * and its own script comes later than that and says when it is done.
 */
export async function turn(page, act) {
	if (page.context().scriptless) {
		const came = page.waitForEvent("framenavigated");

		await act();
		await came;
		await page.waitForLoadState();
		return;
	}
	await page.evaluate(() => {
		document.body.dataset.before = "yes";
	});
	await act();
	await page.waitForFunction(() => document.readyState === "complete" &&
	    document.querySelector("body[data-ready]:not([data-before]) main") !==
	    null);
}

export async function press(page, selector) {
	await turn(page, () => page.click(selector));
}

/* What opens the other things that can be done with a mailbox. */
export const OTHERS = "details:has(button[value=erase]) > summary";

/* Every page that there is, and the way to it from nowhere. */
export const pages = {
	form: async (page) => {
		await page.goto(url);
	},
	more: async (page) => {
		await page.goto(url);
		await page.click("summary");
	},
	busy: async (page) => {
		await page.goto(`${url}busy`);
		must(await page.isVisible(".wait .contacts"),
		    "nobody else is named where too many letters wait");
		await page.click("summary");
		must(await page.isVisible("#question-hope"), "nothing is asked");
	},
	problem: async (page) => {
		await page.goto(url);
		await page.fill("#text", " ");
		await press(page, "#letter > button[value=send]");
		await page.waitForSelector("#problem");
	},
	unsent: async (page) => {
		await page.goto(url);
		await page.fill("#text", "a letter");
		await page.route("**/*", (route) => route.abort());
		await page.click("#letter > button[value=send]");
		await page.waitForSelector("#unsent:not([hidden])");
		await page.unroute("**/*");
	},
	sent: async (page) => {
		await page.goto(url);
		if (await page.isVisible("#print"))	/* the last one's */
			await press(page, "footer button[value=form]");
		await page.fill("#text", "a letter");
		await press(page, "#letter > button[value=send]");
		await page.waitForSelector(".secret");
	},
	digits: async (page) => {
		await pages.sent(page);
		await press(page, "button[value=digits]");
		await page.waitForSelector(".digits");
	},
	wrong: async (page) => {
		await pages.sent(page);
		await page.fill("#back-one", "nothing");
		await press(page, "button[value=compare]");
		await page.waitForSelector("[role=alert]");
	},
	open: async (page) => {
		await pages.form(page);
		if (await page.isVisible("#print"))
			await press(page, "footer button[value=open]");
		else
			await press(page, ".have button");
	},
	typo: async (page) => {
		await pages.open(page);
		await page.fill("#code", "12345678");
		await press(page, "#open button[value=read]");
		await page.waitForSelector("#problem");
	},
	refused: async (page) => {
		await pages.open(page);
		await page.fill("#code", code.replace(/^..../, "0000"));
		await press(page, "#open button[value=read]");
		await page.waitForSelector("#problem");
	},
	box: async (page) => {
		await pages.open(page);
		await page.fill("#code", code);
		await press(page, "#open button[value=read]");
		await page.waitForSelector("article.ours");
	},
	empty: async (page) => {
		await pages.box(page);
		await page.fill("#text", " ");
		await press(page, "#again button[value=write]");
		await page.waitForSelector("#problem");
	},
	earlier: async (page) => {
		await pages.box(page);
		/* As where more letters are than a page holds. */
		await page.$eval("#again", (form) => {
			form.noValidate = true;
			form.insertAdjacentHTML("beforeend", "<input " +
			    "type=hidden name=from value=3>");
		});
		await page.$eval("#again button", (button) => {
			button.value = "earlier";
		});
		await press(page, "#again button");
		await page.waitForSelector("form:not(#again) > " +
		    "button[value=download]");
	},
	actions: async (page) => {
		await pages.box(page);
		await page.click(OTHERS);
		must(await page.isVisible("button[value=unhappy]"),
		    "nobody can say that an answer was not good");
	},
	sure: async (page) => {
		await pages.actions(page);
		await press(page, "button[value=erase]");
		await page.waitForSelector("main button[value=read]");
	},
	erased: async (page) => {
		await pages.sent(page);		/* a mailbox of its own */
		const parts = await page.$$eval(".secret",
		    (all) => all.map((one) => one.textContent));

		await press(page, "footer button[value=open]");
		await page.fill("#code", parts.join(" "));
		await press(page, "#open button[value=read]");
		await page.click(OTHERS);
		await press(page, "button[value=erase]");
		await press(page, "main button[value=erase]");
		await page.waitForSelector("button[value=unerase]");
	},
	lost: async (page) => {
		await page.goto(`${url}nothing-is-here`);
	},
	now: async (page) => {
		await pages.lost(page);
		await press(page, "footer button[value=now]");
	},
};
