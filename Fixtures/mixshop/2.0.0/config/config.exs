import Config

config :mixshop, fixed: 2, replaced: :when_built
