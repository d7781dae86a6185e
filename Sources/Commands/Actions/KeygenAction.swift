import Diagnostics
import HostFiles
import Signatures
import SystemPackage

/// `relift keygen`: a new pair of keys.
struct KeygenAction {
    let output: FilePath
    let comment: String
    let dryRun: Bool

    func run(_ console: Console) -> ExitStatus {
        let files = HostFileSystem()
        let publicPath = FilePath(bytes: self.output.bytes + Array(".pub".utf8))
        do throws(HostFileError) {
            for path in [self.output, publicPath]
            where try files.factsIfPresent(of: path, followLinks: false) != nil {
                console.report([Self.exists(path)])
                return .findings
            }
            if self.dryRun {
                console.result("would write \(self.output) and \(publicPath)\n")
                return .done
            }
            guard let key = SigningKey(seed: ProcessEnvironment.randomBytes(32), comment: self.comment) else {
                console.failure("the key could not be made")
                return .failed
            }
            let check = ProcessEnvironment.randomBytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            try files.makeFile(self.output, with: key.file(check: check), mode: 0o600)
            do throws(HostFileError) {
                try files.makeFile(publicPath, with: key.publicFile)
            } catch {
                // Half a pair is of no use. The first failure is the one to report.
                try? files.removeFile(self.output)
                throw error
            }
            self.show(key, publicPath, console)
            return .done
        } catch {
            console.report([
                error.errno == .fileExists ? Self.exists(error.destination ?? error.path) : error.diagnostic
            ])
            return error.errno == .fileExists ? .findings : .failed
        }
    }

    private func show(_ key: SigningKey, _ publicPath: FilePath, _ console: Console) {
        switch console.format {
        case .text:
            console.result(
                """
                wrote \(self.output)   the private key: keep it secret
                wrote \(publicPath)   \(key.publicKey.fingerprint)

                """)
        case .json:
            console.result(
                JSONValue.object([
                    ("schemaVersion", .integer(1)), ("privateKey", .string(self.output.string)),
                    ("publicKey", .string(publicPath.string)), ("fingerprint", .string(key.publicKey.fingerprint)),
                ]).text + "\n")
        }
    }

    private static func exists(_ path: FilePath) -> Diagnostic {
        Diagnostic(
            .signatureKeyExists, .error, "`\(path)` exists already", at: .file(path.string),
            explanation: "A key that is gone cannot be made again, so none is written over.",
            help: ["choose another name, or remove the file first"])
    }
}
