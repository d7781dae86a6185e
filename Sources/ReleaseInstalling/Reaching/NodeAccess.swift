package import DistributionClient
package import DistributionProtocol

/// How to reach the node of a target system, all that is needed to connect.
package struct NodeAccess: Sendable {
    package var target: NodeTarget
    package var cookie: Cookie
    package var options: ConnectionOptions

    package init(target: NodeTarget, cookie: Cookie, options: ConnectionOptions) {
        self.target = target
        self.cookie = cookie
        self.options = options
    }
}
