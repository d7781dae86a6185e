import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import Signatures

@Suite struct FileSignatureTests {
    static let samples = [SignatureSamples.sha512, SignatureSamples.sha256]

    private func digests(of bytes: [UInt8] = SignatureSamples.message) async throws -> FileDigests {
        try await withTemporaryFolder { folder in
            let path = folder.appending("message")
            try File.write(bytes, to: path)
            return try FileDigests(of: HostInputFile(path, HostFileSystem()), withSHA512: true)
        }
    }

    @Test(arguments: samples) func whatOpenSSHSignedIsVerified(file: [UInt8]) async throws {
        let signature = try FileSignature(decoding: file)
        let digests = try await self.digests()
        #expect(signature.isOf(try #require(digests.digest(signature.hash))))
        #expect(signature.key.fingerprint == SignatureSamples.fingerprint)
        #expect(signature.file == file)
        let other = try await self.digests(of: SignatureSamples.message + [0])
        #expect(!signature.isOf(try #require(other.digest(signature.hash))))
    }

    @Test(arguments: samples) func everyPrefixIsRefused(file: [UInt8]) {
        // The last line break may be missing.
        for count in 0..<(file.count - 1) {
            #expect(throws: SignatureDecodingError.self) { try FileSignature(decoding: Array(file.prefix(count))) }
        }
    }

    @Test(arguments: samples) func everyPrefixOfTheBytesIsRefused(file: [UInt8]) throws {
        let bytes = try Armor.decode(file, label: "SSH SIGNATURE")
        for count in 0..<bytes.count {
            let cut = Armor.encode(Array(bytes.prefix(count)), label: "SSH SIGNATURE")
            #expect(throws: SignatureDecodingError.self) { try FileSignature(decoding: cut) }
        }
    }

    @Test(arguments: samples) func everyChangedByteIsFoundOut(file: [UInt8]) async throws {
        let digests = try await self.digests()
        let bytes = try Armor.decode(file, label: "SSH SIGNATURE")
        for index in bytes.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                let signature = try? FileSignature(decoding: Armor.encode(changed, label: "SSH SIGNATURE"))
                guard let signature, let digest = digests.digest(signature.hash) else { continue }
                #expect(!signature.isOf(digest), "byte \(index) ^ \(change)")
            }
        }
    }

    @Test(arguments: samples) func everyChangedByteOfTheTextIsFoundOut(file: [UInt8]) async throws {
        let digests = try await self.digests()
        for index in file.indices.dropLast() {
            for change: UInt8 in [0x01, 0x20, 0x80] {
                var changed = file
                changed[index] ^= change
                let signature = try? FileSignature(decoding: changed)
                guard let signature, let digest = digests.digest(signature.hash) else { continue }
                #expect(!signature.isOf(digest), "byte \(index) ^ \(change)")
            }
        }
    }

    @Test func linesMayEndAsOnWindows() throws {
        let text = String(decoding: SignatureSamples.sha512, as: UTF8.self).split(separator: "\n").joined(
            separator: "\r\n")
        #expect(try FileSignature(decoding: Array(text.utf8)) == FileSignature(decoding: SignatureSamples.sha512))
    }

    @Test func lengthsThatAreLiesCostNothing() {
        for count: UInt32 in [0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 65536] {
            let length = (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
            let bytes = Array("SSHSIG".utf8) + [0, 0, 0, 1] + length + [1, 2, 3]
            #expect(throws: SignatureDecodingError(.truncated, at: 14)) {
                try FileSignature(decoding: Armor.encode(bytes, label: "SSH SIGNATURE"))
            }
        }
        #expect(throws: SignatureDecodingError(.tooLarge(limit: 64 << 10))) {
            try FileSignature(decoding: [UInt8](repeating: 0x41, count: 64 << 10 | 1))
        }
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]) func base64IsThatOfTheStandard(plain: String, text: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == Array(text.utf8))
        #expect(try Base64.decode(Array(text.utf8)[...]).get() == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Z===", "Zg==Zg==", "Zm 9", "Zm9-", "=m9v"])
    func base64HasOneTextForAValue(text: String) {
        #expect(throws: Base64.Wrong.self) { try Base64.decode(Array(text.utf8)[...]).get() }
    }
}
