/** Real messages for each decoder. */
import type { DecoderId } from '../decoded.ts';
import { cborSamples } from './cbor.ts';
import { derSamples } from './der.ts';
import { dnsSamples } from './dns.ts';
import { formSamples, httpSamples, multipartSamples } from './http.ts';
import { modbusRtuSamples, modbusTcpSamples } from './modbus.ts';
import { mqttSamples } from './mqtt.ts';
import { msgpackSamples } from './msgpack.ts';
import { protobufSamples } from './protobuf.ts';
import { respSamples } from './resp.ts';
import type { Sample } from './sample.ts';
import { jsonSamples, pemSamples, xmlSamples } from './texts.ts';
import { tlsSamples } from './tls.ts';
import { websocketSamples } from './websocket.ts';

export const samples: Readonly<Record<DecoderId, readonly Sample[]>> = {
  json: jsonSamples,
  http: httpSamples,
  form: formSamples,
  multipart: multipartSamples,
  'modbus-tcp': modbusTcpSamples,
  'modbus-rtu': modbusRtuSamples,
  mqtt: mqttSamples,
  dns: dnsSamples,
  resp: respSamples,
  tls: tlsSamples,
  websocket: websocketSamples,
  msgpack: msgpackSamples,
  cbor: cborSamples,
  protobuf: protobufSamples,
  der: derSamples,
  pem: pemSamples,
  xml: xmlSamples,
};
