import Config

config :mixshop,
  replaced: :when_run,
  greeting: System.get_env("MIXSHOP_GREETING", "nobody set it")
