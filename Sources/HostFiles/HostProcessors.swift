import CLinux
import Glibc

/// The processors of the host.
package enum HostProcessors {
    /// How many of them this process may use: those that `taskset`, a container or a service manager left it, at least 1.
    package static let count: Int = {
        var mask = [UInt64](repeating: 0, count: 128)
        let size = mask.count * MemoryLayout<UInt64>.size
        // The kernel fills at most so many bytes of our array, which lives until the call returns.
        guard unsafe sched_getaffinity(0, size, &mask) >= 0 else {
            return max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        }
        return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
    }()
}
