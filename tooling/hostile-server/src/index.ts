export { answer, chunked, cutShort, drip, endless, later, raw, redirect, silent, type Behaviour, type Ending, type HostileRequest } from './behaviour.ts';
export { blackHole, type BlackHole } from './black-hole.ts';
export { certificateAuthority, type CertificateAuthority, type KeyPair } from './certificate.ts';
export { openDescriptors } from './descriptors.ts';
export { faults, type FaultsOptions } from './faults.ts';
export { hostileServer, type HostileServer, type HostileServerOptions } from './hostile-server.ts';
export { http2Server } from './http2-server.ts';
export { resumable, type ResumableOptions } from './resumable.ts';
