// Reads {url} of a status page and writes what the client statuspage.io gets from it. The client
// only knows upcoming maintenance: its getAll and getActive request that as well.
import { input } from "./input.mjs";
import { Statuspage } from "statuspage.io";

const { url } = await input();
const client = new Statuspage("example");
client.apiClient.defaults.baseURL = url; // it only supports statuspage.io otherwise
const { api } = client;
console.log(JSON.stringify({
  status: await api.getStatus(),
  summary: await api.getSummary(),
  components: await api.getComponents(),
  incidents: await api.incidents.getAll(),
  unresolved: await api.incidents.getUnresolved(),
  upcoming: await api.scheduledMaintenances.getUpcoming(),
}));
