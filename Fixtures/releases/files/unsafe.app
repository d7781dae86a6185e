{application, 'a/b',
 [{description,""},
  {vsn,"1/0"},
  {modules,['../shop']},
  {registered,[]},
  {applications,['..']}]}.
