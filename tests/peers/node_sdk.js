// The core of the official SDK for Node.js as a client of the simulator: run by `cph simulator --`, whose settings it
// takes. NODE_PATH has the SDK.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { BasicCredentials } = require('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');

const { CPH_ACCESS_KEY: ak, CPH_SECRET_KEY: sk, CPH_PROJECT_ID: projectId, CPH_ENDPOINT: endpoint } = process.env;

/** One signed call; `data` is the body. */
function call(method, path, data) {
  const credential = new BasicCredentials().withAk(ak).withSk(sk).withProjectId(projectId);
  const client = new ClientBuilder((core) => core).withCredential(credential).withEndpoint(endpoint).build();
  return client.sendRequest({
    method,
    url: `/v1/{project_id}/cloud-phone${path}`,
    contentType: 'application/json',
    queryParams: {},
    pathParams: { project_id: projectId },
    headers: {},
    ...(data && { data }),
  });
}

async function aJobIsFound() {
  const job = await call('GET', '/jobs/sim-cjk');
  assert.deepStrictEqual([job.job_id, job.status, job.error_code], ['sim-cjk', -1, 'CPS.0054']);
  assert.match(job.error_msg, /云手机/u);
}

async function phonesAreRestartedAndTheirJobsFollowed() {
  const phones = ['phone-1', 'sim-fail-2', '手机'].map((phone_id) => ({ phone_id }));
  const answer = await call('POST', '/phones/batch-restart', { phones });
  assert.deepStrictEqual(answer.jobs.map((job) => job.phone_id), phones.map((phone) => phone.phone_id));
  // An id of that form is no phone's: it is refused, and has no job.
  assert.deepStrictEqual(answer.jobs.map((job) => Boolean(job.job_id)), [true, true, false]);
  const words = ['job', 'wait', '--field', 'phone_id,status', '-'];
  const wait = spawnSync('cph', words, { input: JSON.stringify(answer), encoding: 'utf8' });
  assert.strictEqual(wait.stdout, 'phone-1\tsuccess\nsim-fail-2\tfailure\n手机\tfailure\n', wait.stderr);
  assert.strictEqual(wait.status, 1);
}

async function main() {
  for (const check of [aJobIsFound, phonesAreRestartedAndTheirJobsFollowed]) {
    await check();
    const words = check.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    console.log(`ok: Node SDK: ${words}`);
  }
}

main();
