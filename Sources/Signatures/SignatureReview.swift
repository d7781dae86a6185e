package import Diagnostics
package import HostFiles
package import SystemPackage

/// Verifies files by the signatures beside them.
package struct SignatureReview: Sendable {
    package let keys: AllowedSigners
    package let time: SignatureTime
    /// A name that the signer must have; nil for any in the list.
    package var signer: String?

    package init(keys: AllowedSigners, time: SignatureTime, signer: String? = nil) {
        self.keys = keys
        self.time = time
        self.signer = signer
    }

    /// `FILE.sig`, where `ssh-keygen -Y sign` writes it, too.
    package static func signaturePath(of file: FilePath) -> FilePath {
        FilePath(bytes: file.bytes + Array(".sig".utf8))
    }

    /// Whose signature a file has; nil after a finding.
    ///
    /// The digests of the answer are those of the very bytes that were verified: who uses the file later, by its path, holds
    /// what is read then against them.
    package func verify(
        _ path: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> VerifiedSigner? {
        let beside = Self.signaturePath(of: path)
        do throws(HostFileError) {
            let file = try HostInputFile(path, files)
            guard let signature = try self.signature(beside, of: path, files, &findings) else { return nil }
            let digests = try FileDigests(of: file, withSHA512: signature.hash == .sha512)
            switch self.keys.judge(
                signature, of: digests, signed: (file: path, signature: beside), signer: self.signer, self.time)
            {
            case .success(let signer): return signer
            case .failure(let refusal): findings.append(refusal.finding)
            }
        } catch {
            findings.append(error.diagnostic)
        }
        return nil
    }

    private func signature(
        _ beside: FilePath, of path: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> FileSignature? {
        guard try files.factsIfPresent(of: beside) != nil else {
            findings.append(
                Diagnostic(
                    .signatureMissing, .error, "`\(path)` is not signed", at: .file(path.string),
                    explanation: "Keys are configured, so that only what one of them signed is accepted.",
                    notes: [
                        .init("the list of \(self.keys.entries.count) trusted keys", at: .file(self.keys.file.path))
                    ],
                    help: ["copy `\(beside)` beside it, or sign the release: relift sign \(path) --key FILE"]))
            return nil
        }
        let bytes = try files.readFile(beside, limit: Armor.limit)
        do throws(SignatureDecodingError) { return try FileSignature(decoding: bytes) } catch {
            findings.append(
                Diagnostic(
                    .signatureUnreadable, .error, "`\(beside)` is not a signature that can be verified: \(error.words)",
                    at: .file(beside.string),
                    help: [
                        "sign the release with an Ed25519 key: relift sign \(path) --key FILE, or "
                            + "ssh-keygen -Y sign -n \(FileSignature.releaseNamespace) -f FILE \(path)"
                    ]))
            return nil
        }
    }
}

extension SigningKey {
    /// Reads a private key file; nil after a finding that says why it cannot be used.
    package static func read(
        _ path: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> SigningKey? {
        let bytes: [UInt8]
        do throws(HostFileError) {
            let facts = try files.facts(of: path)
            if facts.mode & 0o077 != 0 {
                findings.append(
                    Diagnostic(
                        .signatureKeyReadable, .warning, "others on this machine may read the private key `\(path)`",
                        at: .file(path.string), explanation: "Who reads it can sign releases in your name.",
                        help: ["chmod 600 \(path)"]))
            }
            bytes = try files.readFile(path, limit: Armor.limit)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
        do throws(SignatureDecodingError) { return try SigningKey(decoding: bytes) } catch {
            guard error.code == .encrypted else {
                findings.append(
                    Diagnostic(
                        .signatureKeyUnreadable, .error, "`\(path)` is not a private key to sign with: \(error.words)",
                        at: .file(path.string),
                        help: ["make one: relift keygen --output FILE, or ssh-keygen -t ed25519 -N '' -f FILE"]))
                return nil
            }
            findings.append(
                Diagnostic(
                    .signatureKeyEncrypted, .error, "the private key `\(path)` needs a passphrase",
                    at: .file(path.string), explanation: "relift asks for none, and reads none from anywhere.",
                    help: [
                        "let OpenSSH sign, which asks for it or uses the agent; relift verifies what it writes:\n"
                            + "ssh-keygen -Y sign -n \(FileSignature.releaseNamespace) -f \(path) TARBALL"
                    ]))
            return nil
        }
    }
}
