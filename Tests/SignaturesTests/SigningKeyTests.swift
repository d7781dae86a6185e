import Testing

@testable import Signatures

@Suite struct SigningKeyTests {
    private let key = SigningKey(seed: Array(0..<32), comment: "ci@example.org")

    @Test func aKeyComesBackFromItsFile() throws {
        let key = try #require(self.key)
        let again = try SigningKey(decoding: key.file(check: 7))
        #expect(again.publicKey == key.publicKey)
        #expect(again.comment == "ci@example.org")
        #expect(again.signature(of: [1, 2, 3]) == key.signature(of: [1, 2, 3]))
        #expect(again.file(check: 7) == key.file(check: 7))
    }

    /// RFC 8032, section 7.1, test 1.
    @Test func thePublicKeyIsThatOfTheStandard() throws {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
        let known = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        func bytes(_ text: String) -> [UInt8] {
            let digits = text.compactMap(\.hexDigitValue)
            return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
        }
        #expect(SigningKey(seed: bytes(seed), comment: "")?.publicKey.bytes == bytes(known))
    }

    @Test func everyPrefixIsRefused() throws {
        let key = try #require(self.key)
        let bytes = try Armor.decode(key.file(check: 7), label: "OPENSSH PRIVATE KEY")
        for count in 0..<bytes.count {
            let cut = Armor.encode(Array(bytes.prefix(count)), label: "OPENSSH PRIVATE KEY")
            #expect(throws: SignatureDecodingError.self) { try SigningKey(decoding: cut) }
        }
    }

    @Test func everyChangedByteIsRefusedOrChangesTheCommentOnly() throws {
        let key = try #require(self.key)
        let bytes = try Armor.decode(key.file(check: 7), label: "OPENSSH PRIVATE KEY")
        for index in bytes.indices {
            for change: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= change
                let read = try? SigningKey(decoding: Armor.encode(changed, label: "OPENSSH PRIVATE KEY"))
                guard let read else { continue }
                #expect(read.publicKey == key.publicKey && read.comment != key.comment, "byte \(index) ^ \(change)")
            }
        }
    }

    @Test func nothingShowsThePrivateKey() throws {
        let key = try #require(self.key)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\([key])"] {
            #expect(text.contains(key.publicKey.fingerprint))
            #expect(!text.contains("AAECAw"))
            #expect(!text.contains("0, 1, 2") && text.count < 200, "\(text)")
        }
    }

    @Test(arguments: [[], [1, 2, 3], [UInt8](repeating: 0, count: 33)]) func aSeedHas32Bytes(seed: [UInt8]) {
        #expect(SigningKey(seed: seed, comment: "") == nil)
    }
}
