// janode against a Janus: create, attach, message, event, detach, destroy.
// node janode.mjs FOLDER_WITH_NODE_MODULES URL
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, url] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const load = async name => (await import(pathToFileURL(require.resolve(name)))).default;
const Janode = await load('janode');
const EchoTest = await load('janode/plugins/echotest');

const print = (step, outcome) => console.log(`= ${step}: ${outcome}`);
const deadline = setTimeout(() => {
  console.error('nothing more came within 20 s');
  process.exit(1);
}, 20000);

const connection = await Janode.connect({ is_admin: false, address: { url } });
const info = await connection.getInfo();
print('info', `${info.name} ${info.version_string}`);

const session = await connection.create();
print('create', Number.isSafeInteger(session.id) && session.id > 0);

const handle = await session.attach(EchoTest);
print('attach', Number.isSafeInteger(handle.id) && handle.id > 0);

const accepted = await handle.message({ audio: true, bitrate: 64000 });
print('message', JSON.stringify(accepted.plugindata));

const refused = await handle.message({ audio: 'yes' }).catch(error => error);
print('message of a wrong type', refused.message);

const missing = await session.attach({ id: 'janus.plugin.nonsense' }).catch(error => error);
print('attach to no plugin', missing.message);

await handle.trickleComplete();
print('trickle', 'ok');

// Emitted for the answer or for the event of the core, whichever comes first.
const detached = new Promise(resolve => handle.once(Janode.EVENT.HANDLE_DETACHED, resolve));
await handle.detach();
print('detach', (await detached).id === handle.id);

const again = await session.attach(EchoTest);
print('attach again', again.id !== handle.id);

const destroyed = new Promise(resolve => session.once(Janode.EVENT.SESSION_DESTROYED, resolve));
await session.destroy();
print('destroy', (await destroyed).id === session.id);

const other = await connection.create();
print('create again', other.id !== session.id);
await other.destroy();
await connection.close();
print('close', 'ok');
clearTimeout(deadline);
