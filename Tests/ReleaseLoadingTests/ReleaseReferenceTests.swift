import ReleaseLoading
import SystemPackage
import Testing

@Suite struct ReleaseReferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let folders: Set<FilePath>
        let files: Set<FilePath>
        let expected: ReleaseReference?
        var testDescription: String { self.text }
    }

    static let cases: [Case] = [
        Case(text: "a/shop.rel", folders: [], files: [], expected: .resource("a/shop.rel")),
        Case(text: "shop", folders: [], files: ["shop.rel"], expected: .resource("shop.rel")),
        Case(text: "shop-1.tar.gz", folders: [], files: [], expected: .tarball("shop-1.tar.gz")),
        Case(text: "root", folders: ["root"], files: [], expected: .root("root", version: nil)),
        Case(text: "root@1.0", folders: ["root"], files: [], expected: .root("root", version: "1.0")),
        Case(text: "me@home", folders: ["me@home", "me"], files: [], expected: .root("me@home", version: nil)),
        Case(text: "me@home@2", folders: ["me@home"], files: [], expected: .root("me@home", version: "2")),
        Case(text: "nothing", folders: [], files: [], expected: nil),
        Case(text: "@1", folders: [], files: [], expected: nil),
    ]

    @Test(arguments: cases)
    func whatTheUserWroteIsReadAsTheContractSays(_ example: Case) {
        let reference = ReleaseReference(
            example.text, isFile: example.files.contains, isFolder: example.folders.contains)
        #expect(reference == example.expected)
    }
}
