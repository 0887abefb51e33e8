/** All that a service is made of once its database comes up: loaded together, meanwhile. */
export { settleAdminKey } from './access/admin-key.js';
export { createApp, drain } from './create-app.js';
export { loadSample } from './load-sample.js';
export { openResources } from './open-resources.js';
export { startVerifying } from './start-verifying.js';
