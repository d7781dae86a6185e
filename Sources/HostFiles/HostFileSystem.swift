import SystemPackage

/// The files of this host.
///
/// Everything that changes something passes through `perform`, which first shows the effect to `willPerform`: production
/// code uses the default, crash tests let each effect in turn fail or be the last one. Reading is spread over the
/// extensions `+Reading`, `+Folders`; changing over `+Writing` and `+Removing`; `StagedFile`, `StagedFolder` and
/// `HostFileLock` are values that clean up behind themselves.
package struct HostFileSystem: Sendable {
    /// Decides what becomes of each effect; called before it, in the order of the effects.
    package var willPerform: @Sendable (HostEffect) -> HostEffectVerdict
    /// To whom everything belongs that is newly made; nil for the user of this process.
    package var newOwner: HostFileOwner?

    package init(willPerform: @escaping @Sendable (HostEffect) -> HostEffectVerdict = { _ in .perform }) {
        self.willPerform = willPerform
    }

    /// Performs one effect by its system call, if the verdict allows.
    func perform<Answer>(
        _ effect: HostEffect, _ operation: HostFileError.Operation, _ path: FilePath, to destination: FilePath? = nil,
        _ call: () throws(Errno) -> Answer
    ) throws(HostFileError) -> Answer {
        switch self.willPerform(effect) {
        case .perform: break
        case .fail(let errno): throw HostFileError(operation, path, to: destination, .system(errno))
        case .stop, .tear: throw HostFileError(operation, path, to: destination, .stopped)
        }
        return try self.ask(operation, path, to: destination, call)
    }

    /// Runs a system call and names operation and path in its error.
    func ask<Answer>(
        _ operation: HostFileError.Operation, _ path: FilePath, to destination: FilePath? = nil,
        _ call: () throws(Errno) -> Answer
    ) throws(HostFileError) -> Answer {
        do {
            return try call()
        } catch {
            throw HostFileError(operation, path, to: destination, .system(error))
        }
    }

    /// Writes all the bytes at the position of the descriptor.
    func write(_ bytes: Span<UInt8>, to descriptor: CInt, path: FilePath) throws(HostFileError) {
        guard !bytes.isEmpty else { return }
        switch self.willPerform(.write(path, count: bytes.count)) {
        case .perform:
            break
        case .fail(let errno):
            throw HostFileError(.write, path, .system(errno))
        case .stop:
            throw HostFileError(.write, path, .stopped)
        case .tear(let count):
            let part = bytes.extracting(0..<min(max(count, 0), bytes.count))
            do { try SystemCalls.write(descriptor, part) } catch { throw HostFileError(.write, path, .system(error)) }
            throw HostFileError(.write, path, .stopped)
        }
        // No closure: a span may not be captured by one.
        do { try SystemCalls.write(descriptor, bytes) } catch { throw HostFileError(.write, path, .system(error)) }
    }
}
