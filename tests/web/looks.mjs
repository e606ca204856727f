/*
 * Every page can be read: by people who see little, by those who hear it,
 * on a small phone, at twice the size, in the dark, with wider spaces.
 */
import { readFileSync } from "node:fs";
import { language, must, pages, require, run, same, visitor }
	from "./browser.mjs";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
    "best-practice"];
const looks = {
	"on a wide screen": { viewport: { width: 1000, height: 800 } },
	"in the dark": { viewport: { width: 1000, height: 800 },
	    colorScheme: "dark" },
	"on a small phone": { viewport: { width: 320, height: 640 } },
	"on a small phone in the dark": { viewport: { width: 320, height: 640 },
	    colorScheme: "dark" },
	"at twice the size": { viewport: { width: 500, height: 400 },
	    deviceScaleFactor: 2 },
};
const WEIGHT_MAX = 30 * 1024;

async function accessible(page, where) {
	const result = await page.evaluate(async ([source, tags]) => {
		if (!window.axe)
			(0, eval)(source);
		return window.axe.run({ runOnly: { type: "tag", values: tags } });
	}, [axe, rules]);

	must(result.passes.length > 10, `${where}: axe looked at nothing`);
	for (const wrong of result.violations)
		for (const node of wrong.nodes)
			must(false, `${where}: ${wrong.id}: ${node.html}: ` +
			    node.failureSummary);
}

/*
 * In the page: what is wider than the window, and which two things that are
 * not within each other share a place.
 */
function misplaced() {
	const found = [];
	const all = [...document.querySelectorAll("h1, h2, p, li, a, button, " +
	    "label, legend, summary, textarea, input:not([type=hidden]), strong, " +
	    ".about")].filter((e) => !e.closest(".trap, .skip, .default") &&
	    e.checkVisibility());
	const name = (e) => `<${e.tagName.toLowerCase()}> ` +
	    `"${(e.textContent || e.id).trim().slice(0, 30)}"`;
	const boxes = all.flatMap((e) => [...e.getClientRects()]
	    .map((box) => ({ e, box })));

	if (document.documentElement.scrollWidth > window.innerWidth)
		found.push("the page is wider than the window");
	for (const { e, box } of boxes) {
		if (box.left < 0 || box.right > window.innerWidth + 0.5)
			found.push(`${name(e)} reaches out of the window`);
		if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
			found.push(`${name(e)} is narrower than its text`);
	}
	for (const a of boxes)
		for (const b of boxes) {
			const wide = Math.min(a.box.right, b.box.right) -
			    Math.max(a.box.left, b.box.left);
			const high = Math.min(a.box.bottom, b.box.bottom) -
			    Math.max(a.box.top, b.box.top);

			if (all.indexOf(a.e) < all.indexOf(b.e) &&
			    !a.e.contains(b.e) && !b.e.contains(a.e) &&
			    wide > 1 && high > 1)
				found.push(`${name(a.e)} lies on ${name(b.e)}`);
		}
	return { found, boxes: boxes.length };
}

async function in_place(page, where) {
	await page.evaluate(() => window.scrollTo(0, 0));
	const { found, boxes } = await page.evaluate(misplaced);

	must(boxes > 5, `${where}: there is nothing on the page`);
	for (const one of found)
		must(false, `${where}: ${one}`);
}

/* WCAG 1.4.12: people set wider spaces. */
async function spaced(page, where) {
	await page.evaluate(() => {
		const sheet = new CSSStyleSheet();

		sheet.replaceSync("* { line-height: 1.5 !important; " +
		    "letter-spacing: 0.12em !important; " +
		    "word-spacing: 0.16em !important; } " +
		    "p { margin-bottom: 2em !important; }");
		document.adoptedStyleSheets = [sheet];
	});
	await in_place(page, `${where}, spaced`);
}

async function light(page, where, bytes) {
	must(bytes > 1000, `${where}: no page was weighed`);
	must(bytes <= WEIGHT_MAX, `${where}: ${bytes} bytes`);
	same(await page.getAttribute("html", "lang"), language,
	    `${where}: language`);
	must((await page.title()).length > 3, `${where}: no title`);
}

/* How long a page, its style and its script are; the last ones asked for. */
function weigh(page) {
	const weights = new Map();

	page.on("response", (answer) => {
		const kind = answer.request().resourceType();

		weights.set(kind === "fetch" ? "document" : kind,
		    answer.body().then((body) => body.length, () => 0));
	});
	return async () => (await Promise.all(weights.values()))
	    .reduce((all, one) => all + one, 0);
}

run(async (browser) => {
	for (const [look, options] of Object.entries(looks)) {
		const page = await visitor(browser, options);
		const weight = weigh(page);

		for (const [name, reach] of Object.entries(pages)) {
			const where = `${name} ${look}`;

			await reach(page);
			await light(page, where, await weight());
			await in_place(page, where);
			if (options.viewport.width === 320)
				await spaced(page, where);
			if (!options.deviceScaleFactor)
				await accessible(page, where);
		}
		await page.context().close();
	}
});
