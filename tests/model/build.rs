//! Sets the cfg by which the crate knows that it is checked.

fn main() {
    println!("cargo:rustc-check-cfg=cfg(model, fuzzing)");
    println!("cargo:rustc-cfg=model");
}
