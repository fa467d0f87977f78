import { expect, it } from "vitest";
import { contactAddress, serverAddress } from "./sip-address.ts";

it.each([
  ["192.0.2.1:5062", { host: "192.0.2.1", port: "5062", transport: "UDP" }],
  ["udp:192.0.2.1:5062", { host: "192.0.2.1", port: "5062", transport: "UDP" }],
  ["pbx.example.com", { host: "pbx.example.com", port: "5060", transport: "UDP" }],
  ["tcp:[2001:db8::1]:5060", { host: "[2001:db8::1]", port: "5060", transport: "TCP" }],
  ["udp:0.0.0.0:5060", { host: "switchboard.local", port: "5060", transport: "UDP" }],
  ["udp:[::]:5060", { host: "switchboard.local", port: "5060", transport: "UDP" }],
])("reads the server's address %s", (address, parts) => {
  expect(serverAddress(address, "switchboard.local")).toEqual(parts);
});

it.each([
  ["sip:801@192.0.2.7:5062;ob;transport=udp", "192.0.2.7:5062"],
  ["<sip:801@192.0.2.7>;expires=60", "192.0.2.7"],
  ["sip:801-0x5d@[2001:db8::12]:49152", "[2001:db8::12]:49152"],
  ["sip:phone.example.com;lr", "phone.example.com"],
  ["tel:+8610", "tel:+8610"],
])("finds the telephone in %s", (contact, address) => {
  expect(contactAddress(contact)).toBe(address);
});
