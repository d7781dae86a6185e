import Glibc

/// Ctrl-C, the end of a connection to the host, or of a job, while an operation on a host goes on.
enum Interruption {
    /// Has the process say what is left to do when it is interrupted, and end with status 130. Nothing is cleaned up: an
    /// operation that is cut off is settled by its journal, in whatever way it ends.
    ///
    /// Where signals are ignored, as in the background of a shell, they stay so.
    static func isTold() {
        // The handler calls only what a signal handler may call (signal-safety(7)), with a text that lives for ever.
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let former = signal(number) { _ in
                let text: StaticString =
                    "\ninterrupted; `relift status` tells what is known, and `relift repair` or the next command settles it\n"
                _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                _exit(130)
            }
            let isIgnored = unsafe unsafeBitCast(former, to: Int.self) == 1
            if isIgnored { _ = signal(number, former) }
        }
    }
}
