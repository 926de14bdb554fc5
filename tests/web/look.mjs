// Looks at pages with the tools of the web: axe-core, html-validate, a real Chromium.
// Reads one job as JSON from standard input, writes its answer as JSON to standard output.
import {createRequire} from "node:module";
import {readFileSync} from "node:fs";
import {pathToFileURL} from "node:url";

const tools = createRequire(process.env.KAM_WEB + "/");
const job = JSON.parse(readFileSync(0, "utf-8"));
const answer = await {validate, inspect, drive}[job.task]();
process.stdout.write(JSON.stringify(answer));

async function validate() {
  const {HtmlValidate, StaticConfigLoader} = tools("html-validate");
  const known = new StaticConfigLoader({extends: ["html-validate:recommended"],
    rules: {"long-title": "off"},  // a title holds a name, and names are as long as they are
  });
  const judge = new HtmlValidate(known);
  const found = [];
  for (const file of job.files) {
    const report = await judge.validateFile(file);
    for (const {messages} of report.results)
      for (const one of messages)
        found.push(`${file}:${one.line}: ${one.ruleId}: ${one.message}`);
  }
  return found;
}

async function browser() {
  const {launch} = tools("puppeteer-core");
  return launch({
    executablePath: process.env.KAM_CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    timeout: 120000,
    protocolTimeout: 280000,
  });
}

async function opened(chromium, file, {width = 1280, height = 900, script = true} = {}) {
  const page = await chromium.newPage();
  const seen = {requests: [], errors: []};
  page.on("request", one => {
    if (one.url().split("#")[0] !== pathToFileURL(file).href && !one.url().startsWith("data:"))
      seen.requests.push(one.url());
  });
  page.on("pageerror", error => seen.errors.push(String(error)));
  page.on("console", one => {
    if (["error", "warning"].includes(one.type())) seen.errors.push(one.text());
  });
  await page.setViewport({width, height});
  await page.setJavaScriptEnabled(script);
  await page.goto(pathToFileURL(file).href, {waitUntil: "load", timeout: 120000});
  return [page, seen];
}

async function inspect() {
  const axe = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf-8");
  const chromium = await browser(), told = [];
  for (const [file, width] of job.files.flatMap(one => job.widths.map(wide => [one, wide]))) {
    const [page, seen] = await opened(chromium, file, {width});
    await page.evaluate(axe);
    const judged = await page.evaluate(() => axe.run(document, {
      resultTypes: ["violations", "incomplete"],
    }));
    told.push({
      ...seen, file, wanted: width,
      violations: judged.violations.map(one => `${one.id}: ${one.nodes[0].html}`),
      unsure: judged.incomplete.map(one => `${one.id}: ${one.nodes[0].html}`),
      passes: judged.passes.length,
      width: await page.evaluate(() => document.documentElement.scrollWidth),
      outside: await page.evaluate(() => {
        const edge = document.documentElement.clientWidth + 1;
        return [...document.querySelectorAll("body *")].filter(one => {
          const box = one.getBoundingClientRect();
          return box.width > 0 && box.right > edge && !one.closest(".many");
        }).map(one => one.outerHTML.slice(0, 80));
      }),
    });
    await page.close();
  }
  await chromium.close();
  return told;
}

async function drive() {
  const chromium = await browser(), told = [];
  const [page, seen] = await opened(chromium, job.file, job);
  for (const [what, one, more] of job.steps) {
    if (what === "click") await page.click(one);
    else if (what === "type") await page.type(one, more);
    else if (what === "focus") await page.focus(one);
    else if (what === "press") await page.keyboard.press(one);
    else if (what === "choose") await page.select(one, more);
    else if (what === "reload") await page.reload({waitUntil: "load"});
    else told.push(await page.evaluate(one));
  }
  await chromium.close();
  return {...seen, told};
}
