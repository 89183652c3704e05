//! The program as its user would build it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Settings for the build.
#[derive(Debug)]
pub struct Profile {
    pub name: &'static str,
    /// The ends of `CARGO_PROFILE_RELEASE_..`.
    settings: &'static [(&'static str, &'static str)],
    /// Of this crate, instead of its default ones.
    pub features: Features,
}

type Features = Option<&'static [&'static str]>;

const LOG: Features = Some(&["log"]);

const SIZE: [(&str, &str); 4] = [
    ("OPT_LEVEL", "s"),
    ("LTO", "fat"),
    ("CODEGEN_UNITS", "1"),
    ("STRIP", "symbols"),
];

impl Profile {
    const PLAIN: Self = Self {
        name: "`release`, only the feature `log`",
        settings: &[],
        features: LOG,
    };

    const STRIPPED: Self = Self {
        name: "that, `strip = \"symbols\"`",
        settings: &[("STRIP", "symbols")],
        features: LOG,
    };

    /// What the guide recommends for small boards.
    pub const SMALL: Self = Self {
        name: "that, `opt-level = \"s\"`, `lto = \"fat\"`, `codegen-units = 1`",
        settings: &SIZE,
        features: LOG,
    };

    const BARE: Self = Self {
        name: "that, no features",
        settings: &SIZE,
        features: Some(&[]),
    };

    const ABORT: Self = Self {
        name: "that, `panic = \"abort\"`",
        settings: &[SIZE[0], SIZE[1], SIZE[2], SIZE[3], ("PANIC", "abort")],
        features: Some(&[]),
    };

    /// What the guide recommends, and TLS.
    pub const DEFAULT: Self = Self {
        name: "small, with the default features (TLS)",
        settings: &SIZE,
        features: None,
    };

    pub const ALL: [&Self; 6] = [
        &Self::PLAIN,
        &Self::STRIPPED,
        &Self::SMALL,
        &Self::BARE,
        &Self::ABORT,
        &Self::DEFAULT,
    ];
}

/// A package with `examples/smallest.rs` as its program.
#[derive(Debug)]
pub struct Package {
    folder: PathBuf,
}

impl Package {
    pub fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("footprint");
        let source = folder.join("src");
        fs::create_dir_all(&source).expect("cargo's folder for temporary files can be written");
        let package = Self { folder };
        let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (from, to) in [
            ("examples/smallest.rs", "src/main.rs"),
            ("Cargo.lock", "Cargo.lock"),
        ] {
            fs::copy(ours.join(from), package.folder.join(to)).expect("the file is there");
        }
        package
    }

    /// Returns the path of the program.
    pub fn build(&self, profile: &Profile) -> PathBuf {
        self.write_manifest(profile);
        self.cargo(&["build", "--release"], profile);
        self.folder.join("target/release/smallest")
    }

    /// The size of a program that does nothing, built likewise.
    pub fn empty_program(&self, profile: &Profile) -> u64 {
        let main = self.folder.join("src/main.rs");
        let program = fs::read(&main).expect("it was copied there");
        fs::write(&main, "fn main() {}\n").expect("it can be written");
        let size = fs::metadata(self.build(profile)).map(|metadata| metadata.len());
        fs::write(&main, program).expect("it can be written");
        size.expect("it was built")
    }

    /// The names of the crates that the program depends on.
    pub fn tree(&self, edges: &[&str], profile: &Profile) -> Vec<String> {
        self.write_manifest(profile);
        let mut arguments = vec!["tree", "--prefix", "none", "--edges"];
        arguments.extend(edges);
        let output = self.cargo(&arguments, profile);
        let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = output.lines().map(name).collect();
        names.retain(|name| !name.is_empty() && name != "smallest");
        names.sort();
        names.dedup();
        names
    }

    fn write_manifest(&self, profile: &Profile) {
        let default_features = profile.features.is_none();
        let features = profile.features.unwrap_or_default();
        let ours = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"smallest\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\njanus-blocking = {{ path = {ours:?}, default-features = {default_features}, features = {features:?} }}\n\n\
             [workspace]\n"
        );
        fs::write(self.folder.join("Cargo.toml"), manifest).expect("it can be written");
    }

    fn cargo(&self, arguments: &[&str], profile: &Profile) -> String {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            // Not the one that is waiting for this very program.
            .env("CARGO_TARGET_DIR", self.folder.join("target"));
        for (name, value) in profile.settings {
            command.env(format!("CARGO_PROFILE_RELEASE_{name}"), value);
        }
        let output = command.output().expect("cargo can be started");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?} failed:\n{errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
