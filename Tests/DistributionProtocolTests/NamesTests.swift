import TestSupport
import Testing

@testable import DistributionProtocol

@Suite struct NodeNameTests {
    @Test(arguments: [
        ("shop@vm", false), ("shop@db1.example.com", true), ("a@127.0.0.1", true), ("a@::1", true),
        ("a-b_9@x_y", false),
    ])
    func namesThatErlangTakesAreValid(text: String, isLong: Bool) throws {
        let name = try NodeName(validating: text)
        #expect(name.description == text)
        #expect("\(name.name)@\(name.host)" == text)
        #expect(name.isLongName == isLong)
    }

    // What `erl -sname` says `Invalid node name!` to, and more.
    @Test(arguments: [
        ("shop", InvalidNodeName.Reason.noHost), ("", .noHost), ("a@b@c", .severalHosts), ("a.b@localhost", .name),
        ("a b@localhost", .name), ("a+b@localhost", .name), ("ü@localhost", .name), ("a'@localhost", .name),
        ("@localhost", .name), ("a@", .host), ("a@x y", .host), ("a@x\u{7f}", .host),
        ("a@" + String(repeating: "x", count: 254), .tooLong),
    ])
    func otherTextsAreNot(text: String, reason: InvalidNodeName.Reason) {
        #expect(throws: InvalidNodeName(text: text, reason: reason)) { try NodeName(validating: text) }
    }
}

@Suite struct CookieTests {
    @Test func noTextOfACookieShowsIt() throws {
        let cookie = try Cookie(validating: "SECRETCOOKIE")
        var dumped = ""
        dump(cookie, to: &dumped)
        let optional: Cookie? = cookie
        for text in ["\(cookie)", String(reflecting: cookie), String(describing: optional), dumped, "\([cookie])"] {
            #expect(!text.contains("SECRET"))
        }
        #expect(Mirror(reflecting: cookie).children.isEmpty)
    }

    // Each line was tried with erl 25 and a `.erlang.cookie` of these bytes.
    @Test(arguments: [
        ("abc\n", "abc"), ("abc", "abc"), ("ab cd\n", "ab cd"), ("abc \n", "abc "), ("abc\r\n", "abc"),
        (" abc\n", " abc"), ("a\"b\n", "a\"b"),
    ])
    func cookieFilesAreReadAsErlangReadsThem(contents: String, cookie: String) throws {
        #expect(try Cookie(fileContents: Array(contents.utf8)) == Cookie(validating: cookie))
    }

    @Test(arguments: [
        ("abc\ndef\n", InvalidCookie.character), ("\n", .empty), ("grü\n", .character), ("", .empty),
        (String(repeating: "x", count: 256), .tooLong),
    ])
    func cookieFilesThatErlangRefusesAreRefused(contents: String, error: InvalidCookie) {
        #expect(throws: error) { try Cookie(fileContents: Array(contents.utf8)) }
    }

    @Test func digestsAreComparedWhole() throws {
        let cookie = try Cookie(validating: "transcript")
        let digest = cookie.digest(of: 305_419_896)
        #expect(cookie.isDigest(digest, of: 305_419_896))
        #expect(!cookie.isDigest(digest, of: 305_419_897))
        #expect(!cookie.isDigest(Array(digest.dropLast()), of: 305_419_896))
        #expect(!cookie.isDigest([], of: 305_419_896))
        for index in digest.indices {
            var other = digest
            other[index] ^= 1
            #expect(!cookie.isDigest(other, of: 305_419_896))
        }
    }
}

@Suite struct ClientIdentityTests {
    @Test(arguments: [
        ("shop@vm", "builder", "builder"), ("shop@vm", "builder.example.com", "builder"),
        ("shop@vm.example.com", "builder.example.com", "builder.example.com"),
        ("shop@vm.example.com", "builder", "vm.example.com"), ("shop@127.0.0.1", "builder", "127.0.0.1"),
        ("shop@vm", "a b", "vm"),
    ])
    func ourHostIsAsLongAsTheTargets(target: String, own: String, host: String) throws {
        var generator = SeededGenerator(seed: 1)
        let identity = ClientIdentity(
            connectingTo: try NodeName(validating: target), processIdentifier: 77, hostName: own, using: &generator)
        guard case .own(let name) = identity.naming else {
            Issue.record("no name of our own")
            return
        }
        #expect(name.host == host)
        #expect(name.name.hasPrefix("relift-77-"))
        #expect(identity.creation > 3)
    }

    @Test func noTwoIdentitiesShareAName() throws {
        var generator = SeededGenerator(seed: 2)
        let target = try NodeName(validating: "a@b")
        let names = (0..<1000).map { _ in
            ClientIdentity(connectingTo: target, processIdentifier: 1, hostName: "b", using: &generator).naming
        }
        #expect(Set(names).count == 1000)
    }
}
