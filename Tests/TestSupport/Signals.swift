import Glibc

/// Signals to processes that a test started by way of a script.
package enum Signals {
    /// Ends a process at once; whether there was one.
    package static func kill(_ process: Int) -> Bool { Glibc.kill(pid_t(process), SIGKILL) == 0 }
}
