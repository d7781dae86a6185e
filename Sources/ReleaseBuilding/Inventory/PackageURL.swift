/// A package URL (ECMA-427), of the kinds that a release has: `hex`, `otp` and `generic`.
package struct PackageURL: Hashable, Sendable, CustomStringConvertible {
    /// The canonical text.
    package let description: String

    /// Both kinds have names without capitals (`hex-definition.json` and `otp-definition.json` of purl-spec).
    private init(
        _ type: String, namespace: String? = nil, _ name: String, _ version: String,
        _ qualifiers: KeyValuePairs<String, String> = [:]
    ) {
        let path = ([namespace].compactMap { $0 } + [name]).map(Self.escaped).joined(separator: "/")
        let pairs = qualifiers.map { "\($0.key)=\(Self.escaped($0.value))" }.sorted()
        self.description =
            "pkg:\(type)/\(path)@\(Self.escaped(version))" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// Of an application: that of its Hex package, else that of an OTP application.
    ///
    /// A package of a private repository other than hex.pm's is not called by its Hex name: there may be another one of
    /// that name in public.
    package init(application name: String, version: String, from source: ComponentSource) {
        switch source {
        case .hex(let package) where package.isOfHexpm:
            self.init(
                "hex", namespace: package.organisation?.lowercased(), package.name.lowercased(), package.version)
        case .otp: self.init("otp", name.lowercased(), version, ["repository_url": Self.repositoryOfOTP])
        case .git(let url, let commit):
            self.init("otp", name.lowercased(), version, ["vcs_url": "git+\(url)@\(commit)"])
        case .hex, .project, .folder: self.init("otp", name.lowercased(), version)
        }
    }

    /// Of the runtime system, which OTP numbers like an application.
    package init(runtime version: String) { self.init(application: "erts", version: version, from: .otp) }

    /// Of a release, for which there is no kind.
    package init(release name: String, version: String) { self.init("generic", name, version) }

    /// OTP's repository, by which purl-spec tells OTP's applications from others of their names.
    static let repositoryOfOTP = "https://github.com/erlang/otp"

    /// A component with all bytes percent-encoded but letters, digits and `-._~:`.
    static func escaped(_ text: String) -> String {
        let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: text.utf8.flatMap { byte in
                kept.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }, as: UTF8.self)
    }
}
