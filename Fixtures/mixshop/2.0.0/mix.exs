defmodule Mixshop.MixProject do
  use Mix.Project

  def project do
    [
      app: :mixshop,
      version: "2.0.0",
      deps: [],
      releases: [mixshop: [include_executables_for: [:unix]]]
    ]
  end

  def application do
    [extra_applications: [:logger, :sasl], mod: {Mixshop.Application, []}]
  end
end
