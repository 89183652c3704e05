//! The configuration files of a Janus under test.

use std::path::Path;

use super::janus_builder::JanusBuilder;
use super::ports::{free_tcp_port, rtp_port_range};
use super::temp_dir::TempDir;

/// The secret of the Admin API.
pub const ADMIN_SECRET: &str = "janusoverlord";

/// The places at which a Janus listens.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    pub ws: u16,
    pub admin_ws: u16,
    pub http: u16,
    pub admin_http: u16,
    pub wss: u16,
    pub https: u16,
    pub admin_wss: u16,
    pub admin_https: u16,
}

impl Ports {
    /// Picks free ones.
    pub fn pick() -> Self {
        let [
            ws,
            admin_ws,
            http,
            admin_http,
            wss,
            https,
            admin_wss,
            admin_https,
        ] = std::array::from_fn(|_| free_tcp_port());
        Self {
            ws,
            admin_ws,
            http,
            admin_http,
            wss,
            https,
            admin_wss,
            admin_https,
        }
    }
}

/// Writes all files into `folder`.
pub fn write(folder: &TempDir, libraries: &Path, ports: Ports, builder: &JanusBuilder) {
    let write = |file: &str, sections: &[(&str, String)]| {
        let text = sections.iter().map(|(section, lines)| {
            // A setting finds its section by name in janus.jcfg, by the file's name elsewhere.
            let place = if file == "janus.jcfg" { *section } else { file };
            let added = builder.settings.iter().filter(|(at, _)| at == place);
            let added = added.filter(|_| !["admin", "certificates"].contains(section));
            let lines = merge(lines, added.map(|(_, line)| line.as_str()));
            format!("{section}: {{\n{lines}\n}}\n")
        });
        folder.write(file, &text.collect::<String>());
    };
    write("janus.jcfg", &core(folder, libraries, builder));
    for (transport, general, admin) in transports(folder, ports, builder) {
        let mut sections = vec![("general", general), ("admin", admin)];
        if let (Some((certificate, key)), true) = (&builder.tls, transport != "pfunix") {
            let certificate = folder.write("certificate.pem", certificate);
            let key = folder.write("key.pem", key);
            let (certificate, key) = (certificate.display(), key.display());
            let lines = format!("cert_pem = \"{certificate}\"\ncert_key = \"{key}\"");
            sections.push(("certificates", lines));
        }
        write(&format!("janus.transport.{transport}.jcfg"), &sections);
    }
    // Nothing loads these without a test's own lines.
    for module in [
        "eventhandler.sampleevh",
        "eventhandler.wsevh",
        "logger.jsonlog",
    ] {
        let file = format!("janus.{module}.jcfg");
        write(&file, &[("general", "enabled = false".to_owned())]);
    }
    for (plugin, general) in plugins(folder) {
        let file = format!("janus.plugin.{plugin}.jcfg");
        write(&file, &[("general", general)]);
    }
}

/// Name, Janus API and Admin API of each transport.
fn transports(
    folder: &TempDir,
    ports: Ports,
    builder: &JanusBuilder,
) -> [(&'static str, String, String); 3] {
    let ws = |port, admin| {
        format!("{admin}ws = true\n{admin}ws_port = {port}\n{admin}ws_ip = \"127.0.0.1\"")
    };
    let http = |port, admin| {
        format!("{admin}http = true\n{admin}port = {port}\n{admin}ip = \"127.0.0.1\"")
    };
    let kind = builder.unix.unwrap_or("SOCK_SEQPACKET");
    let unix = |name: &str, admin| {
        let path = folder.path().join(name);
        let path = path.display();
        format!("{admin}enabled = true\n{admin}path = \"{path}\"\n{admin}type = \"{kind}\"")
    };
    // Compact JSON is what tests can search for words.
    let json = "json = \"compact\"\n";
    let tls = |lines: String| {
        if builder.tls.is_some() {
            lines
        } else {
            String::new()
        }
    };
    let wss = |port, admin| {
        let ip = format!("{admin}wss_ip = \"127.0.0.1\"\n");
        tls(format!("{admin}wss = true\n{admin}wss_port = {port}\n") + &ip)
    };
    let https = |port, admin| {
        let ip = format!("{admin}secure_ip = \"127.0.0.1\"\n");
        tls(format!("{admin}https = true\n{admin}secure_port = {port}\n") + &ip)
    };
    [
        (
            "websockets",
            json.to_owned() + &wss(ports.wss, "") + &ws(ports.ws, ""),
            wss(ports.admin_wss, "admin_") + &ws(ports.admin_ws, "admin_"),
        ),
        (
            "http",
            json.to_owned() + &https(ports.https, "") + &http(ports.http, ""),
            https(ports.admin_https, "admin_") + &http(ports.admin_http, "admin_"),
        ),
        (
            "pfunix",
            json.to_owned() + &unix("api", ""),
            unix("admin", "admin_"),
        ),
    ]
}

/// Name and settings of each plugin. The empty ones keep Janus from complaining in its log.
fn plugins(folder: &TempDir) -> [(&'static str, String); 11] {
    let (range, place) = (rtp_port_range(), folder.path().display());
    let range = format!("rtp_port_range = \"{range}\"");
    [
        ("sip", format!("{SIP}\n{range}")),
        ("nosip", format!("local_ip = \"127.0.0.1\"\n{range}")),
        ("recordplay", format!("path = \"{place}/recordings\"")),
        (
            "voicemail",
            format!("path = \"{place}/voicemail\"\nbase = \"/voicemail/\""),
        ),
        ("audiobridge", format!("local_ip = \"127.0.0.1\"\n{range}")),
        ("echotest", String::new()),
        // Switched off unless a test has a script for it.
        ("lua", String::new()),
        (
            "streaming",
            format!("rtp_port_range = \"{}\"", rtp_port_range()),
        ),
        ("textroom", String::new()),
        ("videocall", String::new()),
        ("videoroom", String::new()),
    ]
}

const SIP: &str = r#"local_ip = "127.0.0.1"
local_media_ip = "127.0.0.1"
sdp_ip = "127.0.0.1"
behind_nat = false
keepalive_interval = 0
register_ttl = 600
user_agent = "janus-under-test""#;

fn core(folder: &TempDir, libraries: &Path, builder: &JanusBuilder) -> [(&'static str, String); 7] {
    let mut unused = vec!["mqtt", "rabbitmq", "nanomsg"];
    unused.extend((!builder.http).then_some("http"));
    unused.extend(builder.unix.is_none().then_some("pfunix"));
    let unused: Vec<String> = unused
        .iter()
        .map(|transport| format!("libjanus_{transport}.so"))
        .collect();
    let (server_name, place) = (folder.name(), folder.path().display());
    let libraries = libraries.display();
    let general = format!(
        r#"configs_folder = "{place}"
plugins_folder = "{libraries}/plugins"
transports_folder = "{libraries}/transports"
events_folder = "{libraries}/events"
loggers_folder = "{libraries}/loggers"
server_name = "{server_name}"
admin_secret = "{ADMIN_SECRET}"
debug_level = 4
debug_timestamps = true
debug_colors = false
session_timeout = 60
reclaim_session_timeout = 0"#
    );
    [
        ("general", general),
        ("media", String::new()),
        ("nat", "nice_debug = false".to_owned()),
        // These two do nothing without scripts.
        (
            "plugins",
            "disable = \"libjanus_lua.so,libjanus_duktape.so\"".to_owned(),
        ),
        ("transports", format!("disable = \"{}\"", unused.join(","))),
        ("loggers", "disable = \"libjanus_jsonlog.so\"".to_owned()),
        ("events", "broadcast = false".to_owned()),
    ]
}

/// Adds lines, each replacing the earlier one for the same key: Janus refuses a key twice.
fn merge<'a>(lines: &'a str, added: impl Iterator<Item = &'a str>) -> String {
    let key = |line: &str| {
        let key = line.split(['=', ':']).next().unwrap_or_default();
        key.trim().to_owned()
    };
    let mut merged: Vec<&str> = Vec::new();
    for line in lines.lines().chain(added) {
        merged.retain(|earlier| key(earlier) != key(line));
        merged.push(line);
    }
    merged.join("\n")
}
