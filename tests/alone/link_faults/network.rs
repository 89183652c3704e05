//! The networks of the programs, and how they fail. They go with the processes in them.

use std::{fs, process::Command};

use common::{Authority, Janus, network::nft};

/// Where the programs find the server, which listens on loopback.
pub const SERVER: &str = "10.99.0.1";

const RULES: &str = r#"
table ip faults {
  set dropped { type ifname; }
  set forgets { type ifname; }
  ct timeout short { protocol tcp; l3proto ip; policy = { established: 15 }; }
  chain from_programs { type filter hook prerouting priority -300; iifname @dropped drop; }
  chain forgetting {
    type filter hook prerouting priority -150;
    iifname @forgets ct timeout set "short"
    ct state invalid drop
  }
  chain server { type nat hook prerouting priority -100; ip daddr 10.99.0.1 dnat to 127.0.0.1; }
  chain unknown { type filter hook output priority 0; ct state invalid drop; }
  chain to_programs { type filter hook postrouting priority 0; oifname @dropped drop; }
}
"#;

/// Starts the server, which keeps sessions without a link for so many seconds, and the rules that lead
/// to it.
pub fn server(ca: &Authority, reclaim: u32) -> Janus {
    run("ip", &format!("address add {SERVER}/32 dev lo"));
    nft(RULES);
    let set = |name: &str, value| {
        let path = format!("/proc/sys/net/{name}");
        fs::write(path, value).expect("root may");
    };
    set("ipv4/conf/all/route_localnet", "1");
    // What was forgotten stays so.
    set("netfilter/nf_conntrack_tcp_loose", "0");
    let issued = ca.issue(&["localhost"]);
    let server = Janus::builder().http().unix().tls(&issued);
    server.session_timeout(60).reclaim_timeout(reclaim).start()
}

/// The link between one program's network and the server's.
pub struct Network {
    number: usize,
    /// A process in the program's network.
    process: u32,
}

impl Network {
    /// Links the network of that process to this one's.
    pub fn connect(number: usize, process: u32) -> Self {
        let network = Self { number, process };
        run(
            "ip",
            &format!("link add s{number} type veth peer name c{number} netns {process}"),
        );
        run(
            "ip",
            &format!("address add 10.78.{number}.1/24 dev s{number}"),
        );
        run("ip", &format!("link set s{number} up"));
        network.inside("link set lo up");
        network.inside(&format!("link set c{number} up"));
        network.get_address(2);
        network
    }

    fn inside(&self, words: &str) {
        run("nsenter", &format!("-t {} -n ip {words}", self.process));
    }

    /// The program's last address ends with this number.
    pub fn get_address(&self, last: u8) {
        let number = self.number;
        self.inside(&format!(
            "address add 10.78.{number}.{last}/24 dev c{number}"
        ));
        self.inside(&format!("route replace default via 10.78.{number}.1"));
    }

    pub fn lose_address(&self) {
        let number = self.number;
        self.inside(&format!("address del 10.78.{number}.2/24 dev c{number}"));
    }

    pub fn interface(&self, up: bool) {
        let number = self.number;
        let state = if up { "up" } else { "down" };
        self.inside(&format!("link set c{number} {state}"));
        if up {
            self.inside(&format!("route replace default via 10.78.{number}.1"));
        }
    }

    pub fn drop_packets(&self, begin: bool) {
        self.set(if begin { "add" } else { "delete" }, "dropped");
    }

    pub fn forget(&self) {
        self.set("add", "forgets");
    }

    fn set(&self, verb: &str, set: &str) {
        let number = self.number;
        nft(&format!("{verb} element ip faults {set} {{ s{number} }}\n"));
    }
}

fn run(program: &str, words: &str) {
    let status = Command::new(program).args(words.split(' ')).status();
    let status = status.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(status.success(), "{program} {words}: {status}");
}
