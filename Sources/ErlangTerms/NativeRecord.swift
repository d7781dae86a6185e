/// A record value of its own kind, as OTP 29 has them (`-record #name{…}.`); not the tuple that `-record(name, …)` makes.
package struct NativeRecord: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let name: Atom
        package let value: Term

        package init(name: Atom, value: Term) {
            self.name = name
            self.value = value
        }
    }

    /// The module that defines the record.
    package let module: Atom
    package let name: Atom
    /// Whether other modules may look into it; part of the value, so that it decides equality too.
    package let isExported: Bool
    /// In the order of the definition; no name twice.
    package let fields: [Field]

    package init(module: Atom, name: Atom, isExported: Bool, fields: [Field]) {
        self.module = module
        self.name = name
        self.isExported = isExported
        self.fields = fields
    }
}
