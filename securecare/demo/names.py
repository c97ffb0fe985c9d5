"""Invented people: names as various as those of a real neighbourhood. Any likeness is chance."""
# ruff: noqa: SIM905  (lists of names read better without the quotes)

GIVEN = tuple(
    """
    Aaliyah Aaron Abena Adriana Agnes Ahmed Aisha Alejandro Alice Alonzo Amara Amelia Amina Ana
    Anders Andrea Angela Anh Anita Antonio Aria Arjun Arturo Asha Beatriz Benjamin Bernard Bianca
    Blessing Brandon Brenda Brian Bruno Camila Carlos Carmen Caroline Cedric Celia Chantal Charles
    Chidi Chloé Clara Clarence Claudia Cora Curtis Cynthia Dalia Damon Daniel Daria Darnell David
    Dawn Delphine Denise Derek Diego Dolores Dominic Donna Dorothy Dwayne Earl Edith Eduardo Elaine
    Eleanor Elena Elijah Elise Ellis Emeka Emil Emma Enrique Erik Esperanza Esther Ethan Eva Evelyn
    Fatima Felix Fernanda Fiona Florence Francis Frida Gabriel Gail Gary Genevieve George Gerald
    Gloria Grace Graciela Greta Guadalupe Gustavo Hana Hannah Harold Harriet Hassan Hector Helen
    Henry Hiroshi Hope Hugo Ibrahim Ida Imani Inés Ingrid Irene Isaac Isabel Ivan Jacob Jada Jamal
    James Janet Jasmine Javier Jean Jerome Jesse Joan Joaquín Joel Johanna Jorge José Joseph Joyce
    Juan Julia Julian June Kai Karen Karim Kateryna Katherine Keisha Kenji Kevin Khadija Kofi Lamar
    Lan Latoya Laura Lawrence Leah Leila Leon Leonard Leticia Lillian Lin Linda Linh Lloyd Logan
    Lola Loretta Lorenzo Louis Lucía Lucy Luis Luz Mabel Magdalena Malik Manuel Marcus Margaret
    María Marisol Mark Marta Martin Marvin Mateo Maurice Mehmet Mei Mercy Micah Miguel Mila Minh
    Miriam Mohamed Monica Morgan Nadia Naomi Natalia Nathan Neil Nia Nicolás Nina Noah Noor Nora
    Norman Odessa Olena Oliver Olivia Omar Opal Oscar Pablo Pamela Patience Patrick Paul Paula Pearl
    Pedro Percy Peter Petra Philip Phyllis Priya Quincy Rachel Rafael Ramón Raquel Ravi Raymond
    Rebecca Reggie Renata René Rhonda Ricardo Rita Robert Rocío Rodney Roland Rosa Rose Ruben Ruth
    Ryan Sadie Salma Samir Samuel Sandra Sarah Sean Sergio Shanice Sharon Sheila Silvia Simon Sofía
    Sonia Stefan Stella Stephen Susan Sylvia Tamika Tanya Tariq Teresa Terrence Thanh Theo Theresa
    Thomas Tiffany Timothy Tomás Tova Tyrone Uma Ursula Valeria Vera Vernon Victor Vincent Viola
    Virginia Walter Wanda Wei Wendell Wesley Willa William Willie Winston Ximena Xiomara Yara Yasmin
    Yesenia Yolanda Yusuf Zachary Zainab Zelda Zoë Zuri
    """.split()
)

FAMILY = tuple(
    """
    Abbott Abdi Abrams Acosta Adeyemi Aguilar Ahmadi Akintola Alvarez Amari Anderson Appiah Archer
    Arroyo Asante Ayala Bailey Baker Banerjee Barnes Barrera Bauer Becker Bell Beltrán Bennett
    Berglund Bishop Blackwood Blanchard Boateng Bowman Boyd Brennan Briggs Brooks Brown Bryant Burke
    Caldwell Calhoun Campos Cárdenas Carroll Castillo Castro Chambers Chang Chaudhry Chen Cho
    Coleman Contreras Cooper Cortez Crawford Cruz Cunningham Dabrowski Dang Daniels Dávila Davis
    Delacroix Delgado Desai Diallo Díaz Dixon Doyle Duarte Duncan Dupont Eaton Edwards Ekström
    Elliott Emerson Escobar Espinoza Estrada Evans Farah Faulkner Ferguson Fernández Fields Figueroa
    Fischer Fleming Flores Fofana Foster Fowler Franco Freeman Fuentes Fujita Gallagher Galloway
    García Garrison Ghosh Gibson Gill Glover Gómez Gonzales Goodwin Graham Grant Greene Griffin
    Guerrero Gupta Gutiérrez Haddad Hale Hamilton Hampton Harmon Harper Harris Hassan Hayes
    Henderson Hernández Herrera Hicks Hoang Holloway Holmes Hughes Huang Ibarra Iqbal Irving Iyer
    Jackson Jaramillo Jefferson Jenkins Jensen Jiménez Johnson Jones Kamara Kane Kaplan Katz Kelly
    Kendrick Khan Kim Kowalski Krause Lam Lane Larsen Lawson Le Lee Lewis Lindgren Liu Lockhart
    Logan Lombardi López Lowe Luna Lynch Macdonald Maldonado Malone Marín Marsh Martínez Mason
    Matthews Maxwell Mbeki McAllister McBride McCoy McKenna Medina Mehta Mejía Mendoza Mensah Meyer
    Miles Miller Mitchell Mohamed Montgomery Moore Morales Morris Moreno Morrow Mullins Muñoz Murphy
    Nakamura Nash Navarro Nelson Newton Ng Nguyen Nichols Noble Nolan Norris Novak Núñez Nwosu
    O'Brien O'Connor Ochoa Okafor Okonkwo Olsen Ortega Ortiz Osei Owens Pacheco Padilla Palmer Park
    Parker Patel Patterson Peña Pérez Perkins Peterson Pham Phillips Pierce Pike Popov Porter Powell
    Prasad Price Quintero Quinn Ramírez Ramos Randall Rao Reed Reyes Rhodes Richardson Ríos Rivera
    Robbins Roberts Robinson Rodríguez Rojas Romero Rosario Rosen Ross Rossi Rowe Ruiz Russell Ryan
    Saito Salazar Salinas Sanders Santiago Santos Saunders Schmidt Schneider Serrano Shah Shapiro
    Sharma Shaw Shepherd Sherman Silva Simmons Singh Smalls Smith Snyder Solís Soto Spencer Stanton
    Stevens Stewart Stone Suárez Sullivan Sutherland Sutton Suzuki Tanaka Taylor Thompson Thornton
    Tran Torres Townsend Tucker Underwood Valdez Valentine Vance Vargas Vasquez Vega Velasco Vo
    Wagner Walker Wallace Walsh Walters Ward Washington Watkins Weaver Webb Weiss West Wheeler White
    Whitfield Williams Willis Wilson Wójcik Wong Woods Wright Wu Xu Yamamoto Yang Yates Young Zamora
    Zapata Zhang Zimmerman
    """.split()
)

PORTUGUESE_GIVEN = tuple(
    "Afonso Beatriz Carlota Duarte Eduarda Filipa Gonçalo Inês Joaquim Leonor Luísa Matilde Nuno"
    " Rui Salvador Teresa Tiago Tomé Vasco Zulmira".split()
)
PORTUGUESE_FAMILY = tuple(
    "Almeida Baptista Brandão Cardoso Carvalho Esteves Falcão Guimarães Lourenço Magalhães Marques"
    " Monteiro Nogueira Paiva Pinto Rebelo Simões Tavares Teixeira Vidal".split()
)
BENGALI_GIVEN = tuple(
    "Abhijit Amrita Anjali Arnab Bimal Chandana Debashish Gita Indrani Kalpana Madhavi Manik Mitali"
    " Nirmal Paromita Rabindra Shampa Subir Sudeshna Tapan".split()
)
BENGALI_FAMILY = tuple(
    "Bagchi Bandyopadhyay Basu Bhattacharya Bose Chakraborty Chatterjee Choudhury Das Dasgupta Dutta"
    " Ganguly Ghoshal Majumdar Mitra Mukherjee Nandi Pal Sarkar Sengupta".split()
)
