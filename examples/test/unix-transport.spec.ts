import { unixTransportCompliance } from '../unix-transport/test/compliance.js';

unixTransportCompliance({ describe, it, expect });
