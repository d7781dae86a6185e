import Diagnostics
import ErlangTerms

/// What the node does with files and programs of its host, with the rights of its own user.
extension ReleaseHandlerClient {
    /// What a command of the shell prints, run by the node (`os:cmd/1`).
    func shell(_ command: String, within time: Duration) async -> Result<String, CallFailure> {
        await self.call("os", "cmd", [.string(command)], within: time).map { answer in
            // Bytes that are no UTF-8 come as what they are.
            answer.stringValue ?? ""
        }
    }

    func readFile(_ path: String) async -> Result<[UInt8], CallFailure> {
        await self.call("file", "read_file", [.string(path)], within: Self.readTime).flatMap { answer in
            guard let parts = answer.tupleElements, parts.count == 2, parts[0] == .atom("ok"),
                let bytes = parts[1].binaryBytes
            else { return .failure(.refused(Self.fileFailure("read", path, answer))) }
            return .success(bytes)
        }
    }

    func rename(_ path: String, to destination: String) async -> Result<Void, CallFailure> {
        await self.done("write", destination, "rename", [.string(path), .string(destination)])
    }

    func removeFile(_ path: String) async -> Result<Void, CallFailure> {
        await self.done("remove", path, "delete", [.string(path)])
    }

    private func done(
        _ verb: String, _ path: String, _ function: Atom, _ arguments: [Term]
    ) async -> Result<Void, CallFailure> {
        await self.call("file", function, arguments, within: Self.readTime).flatMap { answer in
            answer == .atom("ok") ? .success(()) : .failure(.refused(Self.fileFailure(verb, path, answer)))
        }
    }

    private static func fileFailure(_ verb: String, _ path: String, _ answer: Term) -> Diagnostic {
        let reason = answer.tupleElements?.last.map(TermPrinter.line) ?? TermPrinter.line(answer)
        return Diagnostic(
            Diagnostic.ID("install/node-file"), .error, "the node cannot \(verb) `\(path)`: \(reason)", at: .file(path),
            help: ["let the user of the node do that"])
    }
}
