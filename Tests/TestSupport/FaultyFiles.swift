package import HostFiles
import Synchronization
package import SystemPackage

/// The files of this host with one fault in them: the seam of the crash tests.
///
/// Counts effects from 0. A `kill` lets none happen from its number on, as if the process had died; a `failure` makes
/// one effect fail and lets the program go on.
package final class FaultyFiles: Sendable {
    package enum Fault: Hashable, Sendable {
        case none
        case kill(at: Int)
        case failure(at: Int, Errno)
        /// All effects for which the closure holds fail.
        case failures(of: Kind, Errno)

        package enum Kind: Hashable, Sendable {
            case exchange, write, sync
        }
    }

    private let fault: Fault
    private let seen = Mutex<[HostEffect]>([])
    private let last = Mutex<Int?>(nil)

    package init(_ fault: Fault = .none) { self.fault = fault }

    /// The effects in order, also those that the fault did not let happen.
    package var effects: [HostEffect] { self.seen.withLock { $0 } }

    /// Lets so many more effects happen, and none after them.
    package func kill(after count: Int) {
        let soFar = self.effects.count
        self.last.withLock { $0 = soFar + count }
    }

    package var files: HostFileSystem {
        HostFileSystem { effect in
            let index = self.seen.withLock { seen in
                seen.append(effect)
                return seen.count - 1
            }
            if let last = self.last.withLock({ $0 }), index >= last { return .stop }
            switch self.fault {
            case .none: return .perform
            case .kill(at: let position): return index >= position ? .stop : .perform
            case .failure(at: let position, let errno): return index == position ? .fail(errno) : .perform
            case .failures(of: let kind, let errno): return effect.isOf(kind) ? .fail(errno) : .perform
            }
        }
    }
}

extension HostEffect {
    fileprivate func isOf(_ kind: FaultyFiles.Fault.Kind) -> Bool {
        switch (kind, self) {
        case (.exchange, .exchange), (.write, .write): true
        case (.sync, .syncFile), (.sync, .syncFolder), (.sync, .syncFileSystem): true
        default: false
        }
    }
}
