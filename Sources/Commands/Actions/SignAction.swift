import Diagnostics
import HostFiles
import ReleaseInstalling
import Signatures
import SystemPackage

/// `relift sign`: a tarball and a private key → the signature beside the tarball.
struct SignAction {
    let tarball: FilePath
    let key: FilePath
    let dryRun: Bool

    func run(_ console: Console) -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let key = SigningKey.read(self.key, files, &findings)
        let digests = key.flatMap { _ in self.digests(files, &findings) }
        console.report(findings)
        guard let key, let digests, !findings.hasErrors else { return .findings }
        guard let digest = digests.sha512, let signature = FileSignature(of: digest, .sha512, by: key) else {
            console.failure("the signature could not be made")
            return .failed
        }
        let path = SignatureReview.signaturePath(of: self.tarball)
        do throws(HostFileError) {
            if !self.dryRun { try files.replaceFile(path, with: signature.file) }
        } catch {
            console.report([error.diagnostic])
            return .failed
        }
        self.show(key, digests, path, console)
        return .done
    }

    /// What is to be signed, which should be what was built; nil after a finding.
    private func digests(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> FileDigests? {
        do throws(HostFileError) {
            let digests = try FileDigests(of: HostInputFile(self.tarball, files), withSHA512: true)
            _ = DigestFile.check(digests.sha256Text, of: self.tarball, files, &findings)
            return digests
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    private func show(_ key: SigningKey, _ digests: FileDigests, _ path: FilePath, _ console: Console) {
        switch console.format {
        case .text:
            console.result("\(self.dryRun ? "would write" : "wrote") \(path)   by \(key.publicKey.fingerprint)\n")
        case .json:
            console.result(
                JSONValue.object([
                    ("schemaVersion", .integer(1)), ("tarball", .string(self.tarball.string)),
                    ("sha256", .string(digests.sha256Text)), ("signature", .string(path.string)),
                    ("fingerprint", .string(key.publicKey.fingerprint)),
                ]).text + "\n")
        }
    }
}
