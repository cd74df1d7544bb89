//! `evotor-gateway`: parses the command line and returns its exit code.

use std::process::ExitCode;

// The pages of thousands of idle connections have to go back to the system, and hyper's many small
// allocations cost a tenth less with it.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    evotor_gateway::cli::main()
}
