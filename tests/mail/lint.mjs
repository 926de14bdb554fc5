// What caniemail says of mails: node lint.mjs FOLDER-OF-NODE_MODULES CLIENTS FILE…
import fs from 'fs';
import path from 'path';
import {pathToFileURL} from 'url';

const [modules, clients, ...files] = process.argv.slice(2);
const {createRequire} = await import('module');
const entry = createRequire(path.join(modules, 'x.js')).resolve('caniemail');
const {caniemail} = await import(pathToFileURL(entry));
const told = {};
for (const name of files) {
  const found = caniemail({clients: clients.split(','), html: fs.readFileSync(name, 'utf8')});
  told[name] = {success: found.success, errors: []};
  for (const [client, issues] of found.issues.errors.entries())
    for (const issue of issues) told[name].errors.push(`${client}: ${issue.title}`);
}
console.log(JSON.stringify(told));
