import Config

config :mixshop, fixed: 1, replaced: :when_built
