/** Invented descriptions for tests; they resemble persona files in form and share no sentence with any. */

export const inventedPeople: readonly string[] = [
  'She is a 41-year-old harbour pilot who loves chess, brass bands, and mending old radios. She lives in a narrow house by the quay with two goats named Pepper and Ada.',
  "He's a 19-year-old apprentice baker who plays the cello and writes short poems. He doesn't like crowds. He has a twin sister who repairs clocks.",
  'Tomas is a retired tram driver. He is married to a botanist and they have three sons. In his spare time, he carves spoons and often swims in the lake before breakfast.',
  'She is a 28-year-old surveyor studying Welsh. She is vegan, allergic to nuts and enjoys sleeping in tents. Her favourite drink is elderflower cordial.',
  'He is a beekeeper who sells honey at the market. He collects tin toys, and is fluent in Polish and Greek. He has visited eleven lighthouses, where he takes photographs.',
  'They run a puppet theatre and have four parrots. They are passionate about trains.',
  'She enjoys growing beans and lettuce. She has a degree in soil science and a part-time job at a ferry office. She dreams of rowing around the island one day with her brother and all of his colleagues from the yard.',
];
