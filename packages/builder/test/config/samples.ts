import { OTHER_KEY, OTHER_PEER } from './expectations.js';

/** Files in the shape of those that operators of the reference start from, sections of other components included. */
export const VALIDATOR = `
base:
  data_dir: "/opt/diem/data"
  role: "validator"
  waypoint:
    from_storage:
      type: "vault"
      server: "https://127.0.0.1:8200"
      ca_certificate: "/full/path/to/certificate"
      token:
        from_disk: "/full/path/to/token"

consensus:
  safety_rules:
    service:
      type: process
      server_address: "127.0.0.1:5555"

execution:
  genesis_file_location: "/opt/diem/genesis.blob"

validator_network:
  discovery_method: "onchain"
  listen_address: "/ip4/0.0.0.0/tcp/6180"
  identity:
    type: "from_storage"
    key_name: "validator_network"
    peer_id_name: "owner_account"
    backend: &vault
      type: "vault"
      server: "https://127.0.0.1:8200"
      ca_certificate: "/full/path/to/certificate"
      token:
        from_disk: "/full/path/to/token"
  mutual_authentication: true
  max_frame_size: 8388608
  network_address_key_backend: *vault

full_node_networks:
  - listen_address: "/ip4/0.0.0.0/tcp/7180"
    max_outbound_connections: 0
    identity:
      type: "from_storage"
      key_name: "fullnode_network"
      peer_id_name: "owner_account"
      backend: *vault
    network_id:
      private: "vfn"

json_rpc:
  address: "0.0.0.0:8080"
`;

export const FULL_NODE_OF_A_VALIDATOR = `
base:
  data_dir: "/opt/diem/data"
  role: "full_node"
  waypoint:
    from_file: "/full/path/to/waypoint"

execution:
  genesis_file_location: "/opt/diem/genesis.blob"

full_node_networks:
  - discovery_method: "onchain"
    listen_address: "/ip4/0.0.0.0/tcp/6180"
    identity:
      type: "from_storage"
      key_name: "fullnode_network"
      peer_id_name: "operator_account"
      backend:
        type: "on_disk_storage"
        path: "secrets.json"
    network_id: "public"
  - listen_address: "/ip4/0.0.0.0/tcp/7180"
    max_outbound_connections: 1
    network_id:
      private: "vfn"
    seeds:
      ${OTHER_PEER}:
        addresses:
          - "/ip4/10.0.0.1/tcp/7180/ln-noise-ik/${OTHER_KEY}/ln-handshake/0"
        keys:
          - "${OTHER_KEY}"
        role: "Validator"
`;

export const PUBLIC_FULL_NODE = `
base:
  data_dir: "/opt/diem/data"
  role: "full_node"
  waypoint:
    from_config: "0:01234567890ABCDEFFEDCA098765421001234567890ABCDEFFEDCA0987654210"

execution:
  genesis_file_location: "/opt/diem/genesis.blob"

full_node_networks:
  - discovery_method: "onchain"
    listen_address: "/ip4/127.0.0.1/tcp/6180"
    network_id: "public"

json_rpc:
  address: 127.0.0.1:8080
`;

export const TEST_NETWORK = `
base:
  data_dir: "./data"
  role: "full_node"
  waypoint:
    from_file: "./data/waypoint"

execution:
  genesis_file_location: "./data/genesis.blob"

full_node_networks:
  - discovery_method: "none"
    listen_address: "/ip4/127.0.0.1/tcp/6180"
    network_id: "public"
    seeds:
      ${OTHER_PEER.toUpperCase()}:
        addresses:
          - "/dns4/node.example.com/tcp/6182/ln-noise-ik/${OTHER_KEY}/ln-handshake/0"
        role: "ValidatorFullNode"
`;
