{application, stock,
 [{description,""},
  {vsn,"1.0"},
  {modules,[]},
  {registered,[]},
  {applications,[kernel,cart]}]}.
