// Reads {url} of a status page and writes what the client statuspage.io gets from it. Of maintenance it knows what is upcoming only:
// its getAll and getActive ask for that as well.
import { input } from "./input.mjs";
import { Statuspage } from "statuspage.io";

const { url } = await input();
const client = new Statuspage("example");
client.apiClient.defaults.baseURL = url; // it knows no other place than statuspage.io
const { api } = client;
console.log(JSON.stringify({
  status: await api.getStatus(),
  summary: await api.getSummary(),
  components: await api.getComponents(),
  incidents: await api.incidents.getAll(),
  unresolved: await api.incidents.getUnresolved(),
  upcoming: await api.scheduledMaintenances.getUpcoming(),
}));
