/// Compiled Erlang code that is loaded into a node for the time of an upgrade; the sources lie beside it in `agent/`.
package struct NodeModule: Sendable {
    /// The name of the module.
    package let name: String
    /// The BEAM file, compiled with `erlc +deterministic`.
    package let objectCode: [UInt8]

    /// Asks the node about itself, from inside of it.
    package static let agent = NodeModule(name: "relift_agent", objectCode: PackageResources.relift_agent_beam)

    /// Takes the node back to its former release when nobody confirms the new one.
    package static let `guard` = NodeModule(name: "relift_guard", objectCode: PackageResources.relift_guard_beam)
}
