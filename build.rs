//! The default catalogue is embedded in the binary; Cargo does not see new files in its folder by itself.

fn main() {
    println!("cargo::rerun-if-changed=commands");
}
