// SPDX-License-Identifier: Apache-2.0
// What dockerode sees of the life of containers, as one JSON object.  Where
// the engine is, DOCKER_HOST and DOCKER_CERT_PATH say.
//
//     life.js documented    options as dockerode's manual has them; it sends
//                           all of them in the query, besides
//     life.js apart         options for the query and for the body, apart
'use strict';

const Docker = require('dockerode');
const { once } = require('events');
const { PassThrough } = require('stream');

const docker = new Docker();
const MUCH = 'x'.repeat(1 << 20);

// Everything a stream gives until it ends.
async function all(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

// The same of the standard output in a stream of frames.
function output(stream) {
  const out = new PassThrough();
  docker.modem.demuxStream(stream, out, out);
  stream.on('end', () => out.end());
  stream.on('error', (error) => out.destroy(error));
  return all(out);
}

// Options of dockerode's for a query, a body, and itself.
function options(query, body, own) {
  if (process.argv[2] === 'documented') return { ...query, ...body, ...own };
  return { _query: query, _body: body, ...own };
}

function create(Cmd, more) {
  return docker.createContainer(options({}, {
    Image: 'busybox', Cmd, HostConfig: { NetworkMode: 'none' }, ...more,
  }));
}

// Standard input ends, and what comes after that is still read.
async function attach() {
  const one = await create(['sh', '-c', 'wc -c; echo after'],
    { OpenStdin: true, StdinOnce: true });
  const wanted = { stream: true, stdin: true, stdout: true, stderr: true };
  const stream = await one.attach(
    options(wanted, wanted, { hijack: true, stdin: true }));
  const read = output(stream);
  await one.start();
  stream.end(MUCH);
  const text = await read;
  const { StatusCode } = await one.wait();
  await one.remove();
  return { text, status: StatusCode };
}

async function exec(one) {
  const run = await one.exec({ Cmd: ['sh', '-c', 'cat; exit 3'],
    AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const stream = await run.start({ hijack: true, stdin: true });
  const read = output(stream);
  stream.end('through exec');
  const text = await read;
  return { text, status: (await run.inspect()).ExitCode };
}

// Followed while it says more, until it is killed.
async function logs(one) {
  const stream = await one.logs({ follow: true, stdout: true, stderr: true });
  const read = output(stream);
  const waiting = one.wait();
  await one.kill();
  return { text: await read, status: (await waiting).StatusCode };
}

async function life() {
  const one = await create(['sh', '-c', 'echo begun; exec sleep 1000']);
  const events = await docker.getEvents(
    { filters: { container: [one.id], event: ['start'] } });
  const told = once(events, 'data');
  await one.start();
  const event = JSON.parse((await told)[0]);
  events.destroy();
  const seen = {
    event: [event.Action, event.Actor.ID === one.id],
    exec: await exec(one),
    logs: await logs(one),
  };
  await one.remove({ force: true });
  seen.gone = await one.inspect().catch((error) => error.statusCode);
  return seen;
}

async function main() {
  const ping = (await docker.ping()).toString();
  // One connection after the other: a TLS session may be resumed.
  const names = [];
  for (let i = 0; i < 5; i++) names.push((await docker.version()).Os);
  const at_once = await Promise.all(
    Array.from({ length: 20 }, () => docker.listContainers()));
  return { ping, names, at_once: at_once.length, attach: await attach(),
    life: await life() };
}

main().then((seen) => console.log(JSON.stringify(seen)),
  (error) => { console.error(error); process.exitCode = 1; });
