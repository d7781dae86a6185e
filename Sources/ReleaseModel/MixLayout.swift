package import ErlangTerms

/// How a release that mix made lies on disk once `relift build --from-mix` has made a target system of it.
package enum MixLayout {
    /// `releases/VSN/mix.config`: the `sys.config` that mix wrote, before any configuration provider ran. Each boot and
    /// each upgrade begins with it; `sys.config` beside it is what the last upgrade made of it.
    package static let configuration = "mix.config"
    /// The key of the application `elixir` that says which providers run.
    package static let providersKey: Atom = "config_provider_init"
    /// The key by which Elixir remembers that they ran.
    package static let bootedKey: Atom = "config_provider_booted"

    /// The application that holds the consolidated protocols of a release: `NAME_consolidated`, in the version of the
    /// release. Nil for a release whose name no application can have.
    package static func protocols(of release: String) -> ApplicationName? {
        ApplicationName(validating: Atom("\(release)_consolidated"))
    }
}
