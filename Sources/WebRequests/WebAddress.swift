/// A URL that can be asked: `http` or `https`, a host, perhaps a port, a path and a query.
package struct WebAddress: Hashable, Sendable {
    package let isEncrypted: Bool
    /// A name or an address; without the brackets of an IPv6 one.
    package let host: String
    package let port: Int
    /// The path and the query as they are sent; begins with `/`.
    package let target: String

    /// Nil for what is no such URL, and for one with a user or password, which would be shown where the URL is shown.
    package init?(_ text: String) {
        let isClean = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        guard isClean, let mark = text.firstRange(of: "://") else { return nil }
        switch text[..<mark.lowerBound].lowercased() {
        case "http": self.isEncrypted = false
        case "https": self.isEncrypted = true
        default: return nil
        }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let path = rest[authority.endIndex...].prefix { $0 != "#" }
        self.target = path.hasPrefix("/") ? String(path) : "/" + path
        guard !authority.contains("@") else { return nil }
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            self.host = String(authority[authority.index(after: authority.startIndex)..<end])
            let behind = authority[authority.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else { return nil }
            portText = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            self.host = String(parts.first ?? "")
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !self.host.isEmpty else { return nil }
        guard let portText else {
            self.port = self.isEncrypted ? 443 : 80
            return
        }
        guard let port = UInt16(portText), port > 0, portText.utf8.first != UInt8(ascii: "+") else { return nil }
        self.port = Int(port)
    }

    /// What stands in the header `Host`: the port only when it is not the usual one.
    var hostHeader: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isEncrypted ? 443 : 80) ? host : "\(host):\(self.port)"
    }
}
