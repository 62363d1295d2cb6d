// SPDX-License-Identifier: Apache-2.0
// What a test does with Testcontainers, as one JSON object: a network, a server
// with files of the test's, reached by its port, by exec and by its log.
'use strict';

const http = require('http');
const { GenericContainer, Network, Wait } = require('testcontainers');

function get(host, port, path) {
  return new Promise((resolve, reject) => {
    http.get({ host, port, path }, (reply) => {
      let text = '';
      reply.on('data', (part) => { text += part; });
      reply.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

async function main() {
  // Its own names, of hex digits alone, could be ids.
  const network = await new Network({
    nextUuid: () => `tests-${process.pid}` }).start();
  const server = await new GenericContainer('busybox:latest')
    .withNetwork(network)
    .withNetworkAliases('server')
    .withCopyContentToContainer([{ content: 'hello', target: '/tmp/file' }])
    .withExposedPorts(8080)
    .withCommand(['sh', '-c', 'echo up; exec httpd -f -p 8080 -h /tmp'])
    .withWaitStrategy(Wait.forAll([
      Wait.forLogMessage('up'), Wait.forListeningPorts()]))
    .start();
  const port = server.getMappedPort(8080);
  const seen = {
    byPort: await get(server.getHost(), port, '/file'),
    byExec: (await server.exec(['cat', '/tmp/file'])).output,
  };
  const client = await new GenericContainer('busybox:latest')
    .withNetwork(network)
    .withCommand(['sh', '-c', 'until wget -q -O - http://server:8080/file; ' +
      'do sleep 0.1; done; echo; exec sleep 1000'])
    .withWaitStrategy(Wait.forLogMessage('hello'))
    .start();
  seen.byNetwork = true;
  await client.stop();
  await server.stop();
  await network.stop();
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
