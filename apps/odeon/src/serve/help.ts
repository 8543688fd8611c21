/** What `odeon serve --help` prints. */
export const SERVE_HELP = `odeon serve: runs the whole product on one machine.

Every setting is a flag, an environment name and a line of the file that ODEON_CONFIG names;
a flag is stronger than the environment, the environment stronger than the file.

  --host            ODEON_HOST             address to listen on (127.0.0.1)
  --lan             ODEON_LAN              open to the network: listening over HTTP, stage over HTTPS with
                                           a certificate of this house's own
  --port            ODEON_PORT             port to listen on (8080)
  --data            ODEON_DATA             folder of everything that is kept (./data)
  --url             ODEON_URL              public address, like https://odeon.example
  --operator-token  ODEON_OPERATOR_TOKEN   operator's bearer token, at least 16 characters
  --edges           ODEON_EDGES            edge processes (one fewer than cores, at least 1)
  --mixers          ODEON_MIXERS           mixer processes (1; more are refused in this release)
  --stage-port      ODEON_STAGE_PORT       a second listener for stage, control room and API alone
  --stage-url       ODEON_STAGE_URL        public address of that listener
  --ops-port        ODEON_OPS_PORT         metrics and readiness on 127.0.0.1 (9080; 0 for none)
  --tls-cert        ODEON_TLS_CERT         certificate file (PEM)
  --tls-key         ODEON_TLS_KEY          its key file (PEM)
  --udp-ports       ODEON_UDP_PORTS        port or range for WebRTC, like 50000 or 50000-50100
  --public-ip       ODEON_PUBLIC_IP        address that browsers reach for WebRTC
  --turn            ODEON_TURN             TURN servers, separated by commas
  --trusted-proxies ODEON_TRUSTED_PROXIES  addresses of proxies whose X-Forwarded-For is believed
  --log             ODEON_LOG              file (in the data folder) or stderr

Exit status: 0 after a clean stop, 1 when it cannot run, 2 for a wrong setting.`;
